# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The one reader of COCO json files: `check` and `train` refuse the same, with one sentence for each fault."""
import json
import pathlib
from typing import Any

LISTS = ('images', 'annotations', 'categories')
KEYS = {'images': ('id', 'file_name', 'width', 'height'), 'annotations': ('id', 'image_id', 'category_id'),
        'categories': ('id', 'name')}


class DataError(ValueError):
    """Data that cannot be used; the message names the file and the entry."""


def load_json(path: str | pathlib.Path) -> dict[str, Any]:
    """Return the content of a COCO json: its three lists are lists of objects that have the keys which are needed.

    Raises:
        DataError: it is no such file.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        what = 'is a folder, expected' if pathlib.Path(path).is_dir() else 'no such file; expected'
        raise DataError(f'{path}: {what} a COCO json with images, annotations and categories')
    try:
        content = json.loads(path.read_text(encoding='utf-8-sig'))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f'{path}: cannot be read as JSON: {error}') from error
    if not isinstance(content, dict):
        raise DataError(f'{path}: is a {type(content).__name__}, expected an object with the lists {", ".join(LISTS)}; '
                        'a list of results is no data')
    missing = [key for key in LISTS if not isinstance(content.get(key), list)]
    if missing:
        raise DataError(f'{path}: has no list {", ".join(missing)}')
    for part in LISTS:
        for place, entry in enumerate(content[part]):
            fault = entry_fault(part, entry)
            if fault:
                raise DataError(f'{path}: {part}[{place}] {fault}')
    names = [entry['id'] for entry in content['categories']]
    twice = [place for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise DataError(f'{path}: categories[{twice[0]}] has the id {names[twice[0]]}, as another has')
    if not content['images']:
        raise DataError(f'{path}: lists no pictures')
    if normalised(content['annotations']):
        raise DataError(f'{path}: all boxes lie within 0..1; COCO boxes are left, top, width and height in pixels: '
                        'multiply them by width and height of their pictures')
    return content


def entry_fault(part: str, entry: Any) -> str:
    """Return what an entry of a list lacks, or ''."""
    if not isinstance(entry, dict):
        return f'is {entry!r}, expected an object'
    missing = [key for key in KEYS[part] if entry.get(key) is None]
    if missing:
        return f'has no {", ".join(missing)}'
    for key in ('id', 'image_id', 'category_id'):
        if key in KEYS[part] and not isinstance(entry[key], (int, str)):
            return f'has the {key} {entry[key]!r}, expected a whole number'
    for key in ('file_name', 'name', 'source'):
        if (key in KEYS[part] or key in entry) and not is_text(entry[key]):
            return f'has the {key} {entry[key]!r}, expected text'
    for key in ('width', 'height'):
        if key in KEYS[part] and (isinstance(entry[key], bool) or not isinstance(entry[key], int) or entry[key] < 1):
            return f'has the {key} {entry[key]!r}, expected a whole number of pixels'
    return ''


def is_text(value: Any) -> bool:
    """Tell text that can be a file name and be printed: JSON may hold halves of characters and NUL."""
    return isinstance(value, str) and not any(letter == '\0' or '\ud800' <= letter <= '\udfff' for letter in value)


def normalised(annotations: list[dict[str, Any]]) -> bool:
    """Tell whether there are boxes and all their numbers lie within 0..1."""
    boxes = [entry['bbox'] for entry in annotations if isinstance(entry.get('bbox'), list)]
    return bool(boxes) and all(isinstance(v, (int, float)) and 0 <= v <= 1 for box in boxes for v in box)
