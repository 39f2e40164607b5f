# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""COCO keypoints (Lin et al. 2014): five points, or both eyes, nose and mouth; found by their names."""
import pathlib
from typing import Any

import numpy as np

from ...data.check import check_box
from ...data.structure import DataError, load_json
from ..faces import ROWS, Face, make_face

FIVE, FOUR = ROWS[:5], (*ROWS[:3], ROWS[5])


def read_coco_faces(path: pathlib.Path) -> list[Face]:
    """Return the labelled faces of a COCO keypoints json; file names are relative to its folder.

    A point is labelled where its v is above 0; `attributes.pose` is read where there is one, as MTFL counts poses.
    Raises DataError.
    """
    content = load_json(path)
    pictures = {entry['id']: entry for entry in content['images']}
    orders = {entry['id']: point_order(path, entry) for entry in content['categories']}
    faces = []
    for entry in content['annotations']:
        if entry.get('iscrowd'):
            continue
        place = f'{path}: annotation {entry["id"]}'
        picture = pictures.get(entry['image_id'])
        if picture is None:
            raise DataError(f'{place} belongs to image {entry["image_id"]}, which is not listed')
        if entry['category_id'] not in orders:
            raise DataError(f'{place} has the category {entry["category_id"]}, which is not listed')
        order = orders[entry['category_id']]
        values = np.asarray(entry.get('keypoints', []), np.float64)
        if values.ndim != 1 or len(values) % 3 or len(values) <= 3 * max(order) or not np.isfinite(values).all():
            raise DataError(f'{place} has the keypoints {entry.get("keypoints")!r}, expected x, y, v of each point of its '
                            'category')
        rows = values.reshape(-1, 3)[order]
        box = None
        if entry.get('bbox') is not None:
            for severity, what in check_box(entry['bbox'], (picture['width'], picture['height'])):
                if severity == 'fault':
                    raise DataError(f'{place}: {what}')
            left, top, width, height = entry['bbox']
            box = (left, top, left + width, top + height)
        elif not (rows[:, 2] > 0).all():
            raise DataError(f'{place} has neither a bbox nor all of its points')
        pose = entry.get('attributes', {}).get('pose', 0)
        faces.append(make_face(path.parent / picture['file_name'], rows[:, :2], box,
                               str(picture.get('group', picture['id'])), picture.get('source', ''), pose, rows[:, 2] > 0))
    return faces


def point_order(path: pathlib.Path, category: dict[str, Any]) -> list[int]:
    """Return where the five points, or the four, stand among the keypoints of a category."""
    names = category.get('keypoints', [])
    wanted = FIVE if set(FIVE) <= set(names) else FOUR
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(f'{path}: the category {category["name"]} names the keypoints {", ".join(map(str, names)) or "none"}'
                        f'; expected {", ".join(FIVE)}, or {", ".join(FOUR)}')
    return [names.index(name) for name in wanted]
