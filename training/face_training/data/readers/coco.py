# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""COCO detection files (Lin et al. 2014, appendix), also as CVAT exports them: annotations/instances_SUBSET.json.

Beyond COCO an image may have a `source` and a `group`. `iscrowd` is a region to ignore.
"""
import collections
import pathlib
from typing import Any

from ..listing import Face, Finding, Listing, Picture
from ..structure import DataError, load_json

PREFIX = 'instances_'        # of the files that CVAT exports


def find_json(folder: pathlib.Path, subset: str) -> list[pathlib.Path]:
    """Return the COCO files of a folder: those in annotations/, else its own."""
    places = [sorted((folder / 'annotations').glob('*.json')), sorted(folder.glob('*.json'))]
    files = next((found for found in places if found), [])
    return [file for file in files if not subset or file.stem.removeprefix(PREFIX).lower() == subset.lower()]


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a COCO json says, or that of a folder which has one.

    Args:
        path: the json or a folder; file names are relative to the json, or to images/ or images/SUBSET/ beside its folder.
        subset: which of several files of a folder, by its name without `instances_`.

    Raises:
        DataError: it is no COCO json, or the folder has none or several.
    """
    file = path
    if path.is_dir():
        found = find_json(path, subset)
        if len(found) != 1:
            raise DataError(f'{path}: has {len(found) or "no"} COCO files{f" of the subset {subset}" if subset else ""}'
                            f'{": " if found else ""}{", ".join(each.name for each in found)}; name one json')
        file = found[0]
    content = load_json(file)
    findings: list[Finding] = []
    entries: dict[Any, dict[str, Any]] = {}
    for entry in content['images']:
        if entry['id'] in entries:
            findings.append(Finding('fault', f'image {entry["file_name"]}', f'the image id {entry["id"]} is used twice'))
        else:
            entries[entry['id']] = entry
    faces = read_faces(content, set(entries), findings)
    places = [file.parent, file.parent.parent / 'images' / file.stem.removeprefix(PREFIX), file.parent.parent / 'images']
    pictures = [Picture(entry['file_name'], find_picture(entry['file_name'], places), tuple(faces[number]),
                        (entry['width'], entry['height']), 'the json', entry.get('source', ''),
                        str(entry.get('group', '')))
                for number, entry in entries.items()]
    return Listing(path, pictures, list(dict.fromkeys(c['name'] for c in content['categories'])), 'the categories', findings)


def read_faces(content: dict[str, Any], images: set[Any], findings: list[Finding]) -> dict[Any, list[Face]]:
    """Return {image id: faces} of the annotations; what does not fit is added to the findings."""
    names = {category['id']: category['name'] for category in content['categories']}
    faces: dict[Any, list[Face]] = collections.defaultdict(list)
    ids: set[Any] = set()
    for entry in content['annotations']:
        place = f'annotation {entry["id"]}'
        if entry['id'] in ids:
            findings.append(Finding('fault', place, 'the id is used twice'))
        ids.add(entry['id'])
        if entry['category_id'] not in names:
            findings.append(Finding('fault', place, f'the category {entry["category_id"]} is unknown'))
        if entry['image_id'] not in images:
            findings.append(Finding('fault', place, f'the image {entry["image_id"]} is not listed'))
            continue
        faces[entry['image_id']].append(Face(place, names.get(entry['category_id']), entry.get('bbox'),
                                             bool(entry.get('iscrowd'))))
    return faces


def find_picture(name: str, places: list[pathlib.Path]) -> pathlib.Path:
    """Return the first place where there is such a file, else the first place."""
    return next((place / name for place in places if (place / name).is_file()), places[0] / name)
