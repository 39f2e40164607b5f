# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Write labelled pictures as a COCO json (Lin et al. 2014, appendix), whatever format they came in."""
import json
import os
import pathlib
from collections.abc import Sequence

from .listing import Picture


def write_coco(pictures: Sequence[Picture], labels: Sequence[str], path: pathlib.Path) -> None:
    """Write pictures that `judge` found good; file names are relative to the json, faces to ignore are crowds."""
    ids = {label: number for number, label in enumerate(labels, start=1)}
    images: list[dict[str, object]] = []
    annotations: list[dict[str, object]] = []
    for number, picture in enumerate(pictures, start=1):
        assert picture.size is not None     # of all that were opened
        width, height = picture.size
        images.append({'id': number, 'file_name': os.path.relpath(picture.path, path.parent), 'width': width,
                       'height': height, 'source': picture.source, 'group': picture.group})
        for face in picture.faces:
            # The category of a crowd does not matter, but COCO wants one that exists.
            annotations.append({'id': len(annotations) + 1, 'image_id': number, 'bbox': face.box,
                                'area': face.box[2] * face.box[3], 'iscrowd': int(face.ignore),
                                'category_id': ids.get(face.label or '', 1)})
    content = {'images': images, 'annotations': annotations,
               'categories': [{'id': number, 'name': label} for label, number in ids.items()]}
    path.write_text(json.dumps(content, indent=1) + '\n', encoding='utf-8')
