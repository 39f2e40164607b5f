# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""COCO as CVAT exports and imports it ("COCO 1.0")."""
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from ..draft import Draft

FILE = 'annotations/instances_default.json'
PICTURES = 'images/default'


def write_coco(folder: pathlib.Path, drafts: Sequence[Draft], labels: Sequence[str]) -> None:
    """Write annotations/instances_default.json; file names are relative to images/default."""
    annotations: list[dict[str, Any]] = []
    for image_id, draft in enumerate(drafts, start=1):
        for face in draft.judged.faces:
            left, top, right, bottom = face.box
            width, height = right - left, bottom - top
            annotations.append({
                'id': len(annotations) + 1, 'image_id': image_id, 'category_id': labels.index(face.label) + 1,
                'segmentation': [], 'area': round(width * height, 2), 'iscrowd': 0,
                'bbox': [round(value, 2) for value in (left, top, width, height)],
                'attributes': {'occluded': False, 'source': 'auto', 'score': round(face.score, 3)}})
    content = {
        'licenses': [{'name': '', 'id': 0, 'url': ''}],
        'info': {'contributor': '', 'date_created': '', 'description': '', 'url': '', 'version': '', 'year': ''},
        'categories': [{'id': number, 'name': label, 'supercategory': ''} for number, label in enumerate(labels, start=1)],
        'images': [{'id': number, 'width': draft.width, 'height': draft.height, 'file_name': draft.name, 'license': 0,
                    'flickr_url': '', 'coco_url': '', 'date_captured': 0} for number, draft in enumerate(drafts, start=1)],
        'annotations': annotations}
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + '\n', encoding='utf-8')
