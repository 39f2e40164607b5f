# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""YOLO: a txt for each picture, with `number centre_x centre_y width height` of each face as shares of the upright picture.

Names come from obj.names (darknet, CVAT's YOLO 1.1), data.yaml (Ultralytics), classes.txt or labels.txt. The txt lies beside
its picture or in labels/ where the picture lies in images/. A picture without a txt has no faces.
"""
import pathlib
from typing import Any

import yaml

from ..listing import Face, Finding, Listing, Picture
from ..sizes import upright_size
from ..structure import DataError
from .files import PictureIndex, files_below, read_lines, relative

NAMES = ('obj.names', 'data.yaml', 'data.yml', 'dataset.yaml', 'classes.txt', 'labels.txt')
OTHER = {*NAMES, 'train.txt', 'val.txt', 'valid.txt', 'test.txt', 'readme.txt', 'notes.txt', 'readme.roboflow.txt',
         'readme.dataset.txt'}          # texts of the folder itself, not of a picture


def names_file(folder: pathlib.Path) -> pathlib.Path | None:
    """Return what names the numbers of a YOLO folder, or None."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def is_yolo(folder: pathlib.Path) -> bool:
    """Tell whether a folder has names of labels and a txt for a picture."""
    if names_file(folder) is None:
        return False
    texts = {without(text) for text in label_files(folder)}
    return any({without(picture), without(in_labels(picture, folder))} & texts for picture in PictureIndex(folder).paths)


def label_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Return the texts of pictures."""
    return [path for path in files_below(folder, ('.txt',)) if path.parent != folder or path.name.lower() not in OTHER]


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a YOLO folder says.

    Args:
        path: the folder with the file of names.
        subset: only pictures in a folder of this name (images/train, train/images, obj_train_data).

    Raises:
        DataError: there is no file of names, or it has none.
    """
    file = names_file(path) if path.is_dir() else None
    if file is None:
        raise DataError(f'{path}: expected a folder with {" or ".join(NAMES)}, which name the numbers in YOLO files')
    names = read_names(file)
    findings: list[Finding] = []
    texts = {without(text): text for text in label_files(path)}
    pictures = []
    for picture in PictureIndex(path).paths:
        if subset and not {subset, f'obj_{subset}_data'} & set(picture.relative_to(path).parts[:-1]):
            continue
        text = texts.pop(without(picture), None) or texts.pop(without(in_labels(picture, path)), None)
        name = relative(picture, path)
        size = upright_size(picture)
        faces = read_faces(text, path, names, size, findings) if text else ()
        pictures.append(Picture(name, picture, faces, size, 'the file'))
    if not subset:
        findings += [Finding('fault', relative(text, path), 'there is no picture for it') for text in texts.values()]
    return Listing(path, pictures, list(dict.fromkeys(names)), file.name, findings)


def without(path: pathlib.Path) -> pathlib.Path:
    """Return a path without its last suffix; names may have other dots."""
    return path.with_name(path.name.removesuffix(path.suffix))


def in_labels(picture: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Return the path with labels/ in place of its last images/."""
    parts = list(picture.relative_to(folder).parts)
    places = [number for number, part in enumerate(parts[:-1]) if part.lower() == 'images']
    if places:
        parts[places[-1]] = 'labels'
    return folder.joinpath(*parts)


def read_names(file: pathlib.Path) -> list[str]:
    """Return the names of the numbers 0, 1, ... of a file of NAMES."""
    if file.suffix.lower() in ('.yaml', '.yml'):
        try:
            content: Any = yaml.safe_load(file.read_text(encoding='utf-8-sig'))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DataError(f'{file}: cannot be read as YAML: {error}') from error
        names = content.get('names') if isinstance(content, dict) else None
        if isinstance(names, dict):
            names = [names[number] for number in sorted(names)] if sorted(names) == list(range(len(names))) else None
        if not isinstance(names, list) or not names:
            raise DataError(f'{file}: expected names: a list, or numbers from 0 with a name each; got {names!r}')
        return [str(name) for name in names]
    lines = read_lines(file)
    while lines and not lines[-1]:
        lines.pop()
    if not lines or '' in lines:
        raise DataError(f'{file}: {"has an empty line, which would count as a label" if lines else "names no label"}')
    return lines


def read_faces(text: pathlib.Path, folder: pathlib.Path, names: list[str], size: tuple[int, int] | None,
               findings: list[Finding]) -> tuple[Face, ...]:
    """Return the faces of a txt; boxes in pixels where the size of the picture is known."""
    faces = []
    for number, line in enumerate(read_lines(text), start=1):
        if not line:
            continue
        place = f'{relative(text, folder)}:{number}'
        words = line.split()
        try:
            label, shares = int(words[0]), [float(word) for word in words[1:]]
        except ValueError:
            findings.append(Finding('fault', place, f'expected five numbers, got {line!r}'))
            continue
        if len(shares) != 4:
            findings.append(Finding('fault', place, f'expected five numbers, got {len(words)}: polygons and predicted '
                                    'scores are not read'))
            continue
        if not 0 <= label < len(names):
            findings.append(Finding('fault', place, f'the label {label} is unknown, names are there for 0 to '
                                    f'{len(names) - 1}'))
            continue
        if any(share > 1.001 for share in shares):
            findings.append(Finding('fault', place, f'expected shares of the picture, 0 to 1, got {line!r}'))
            continue
        across, down, width, height = shares
        scale = size or (1, 1)
        faces.append(Face(place, names[label], [(across - width / 2) * scale[0], (down - height / 2) * scale[1],
                                                width * scale[0], height * scale[1]]))
    return tuple(faces)
