# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes small data sets as other programs do."""
import cv2
import numpy as np
import pytest


def xml_of(filename='0001.jpg', faces=(), size=(160, 120), difficult='0'):
    """Return the text of an annotation as CVAT writes it; faces: (label, xmin, ymin, xmax, ymax)."""
    parts = [f'<annotation>\n  <folder></folder>\n  <filename>{filename}</filename>\n']
    if size is not None:
        parts.append(f'  <size>\n    <width>{size[0]}</width>\n    <height>{size[1]}</height>\n    <depth></depth>\n'
                     '  </size>\n')
    for label, *sides in faces:
        mark = '' if difficult is None else f'    <difficult>{difficult}</difficult>\n'
        box = ''.join(f'      <{side}>{value}</{side}>\n' for side, value in zip(('xmin', 'ymin', 'xmax', 'ymax'), sides))
        parts.append(f'  <object>\n    <name>{label}</name>\n{mark}    <bndbox>\n{box}    </bndbox>\n  </object>\n')
    return ''.join([*parts, '</annotation>\n'])


@pytest.fixture
def put(tmp_path):
    """The function that writes a file below tmp_path: text, bytes, or a drawn picture where nothing is given."""
    def write(name, content=None, width=160, height=120):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            # Another one for each name: copies are a finding of their own.
            rng = np.random.default_rng(sum(name.encode()))
            picture = cv2.resize(rng.integers(0, 256, (6, 8, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
            suffix = path.suffix if path.suffix else '.jpg'
            content = cv2.imencode(suffix.lower(), picture)[1].tobytes()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
    return write
