# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the readers share: text files of any system, lists of labels, pictures found by inexact names."""
import pathlib
import unicodedata

from face_perception.media.formats import PICTURE_SUFFIXES, UNREAD_SUFFIXES

from ..listing import Finding
from ..structure import DataError, is_text

BACKGROUND = 'background'    # the first line of many labels.txt; background is no label
LABELMAP = 'labelmap.txt'    # CVAT: name:colour:parts:actions
SUFFIXES = (*PICTURE_SUFFIXES, *UNREAD_SUFFIXES)


def read_lines(path: pathlib.Path) -> list[str]:
    """Return the lines of a text file, stripped, empty ones too: UTF-8 with or without BOM, any line ends."""
    try:
        return [line.strip() for line in path.read_text(encoding='utf-8-sig').split('\n')]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f'{path}: cannot be read as text in UTF-8: {error}') from error


def read_labels(path: pathlib.Path, findings: list[Finding]) -> list[str]:
    """Return the labels of a labels.txt or labelmap.txt in order, without the background and without empty lines."""
    labels: list[str] = []
    for number, line in enumerate(read_lines(path), start=1):
        if path.name == LABELMAP:
            line = '' if line.startswith('#') else line.partition(':')[0].strip()
        if not line or line.lower() in (BACKGROUND, f'__{BACKGROUND}__'):
            continue
        if line in labels:
            findings.append(Finding('warning', f'{path.name}:{number}', f'the label {line!r} stands there already'))
        else:
            labels.append(line)
    return labels


def files_below(folder: pathlib.Path, suffixes: tuple[str, ...]) -> list[pathlib.Path]:
    """Return the files with these suffixes, recursively, without what macOS adds to archives."""
    return [path for path in sorted(folder.rglob('*'))
            if path.suffix.lower() in suffixes and path.is_file()
            and not any(part.startswith('.') or part == '__MACOSX' for part in path.relative_to(folder).parts)]


class PictureIndex:
    """The pictures below a folder, found by names that another system wrote."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.paths = files_below(folder, SUFFIXES)
        # Names below the folder, and last parts alone; with and without suffix.
        self.tables: list[dict[str, list[pathlib.Path]]] = [{}, {}, {}, {}]
        for path in self.paths:
            name = key_of(path.relative_to(folder).as_posix())
            for table, key in zip(self.tables, keys_of(name), strict=True):
                table.setdefault(key, []).append(path)

    def find(self, name: str) -> list[pathlib.Path]:
        """Return the pictures that a name may mean: none, one, or several where it is not clear.

        A name is a path below the folder or its last part, with or without suffix; case and suffix do not matter where no
        file has exactly this name. Of a Windows path, or an absolute one, the last part counts.
        """
        for table, key in zip(self.tables, keys_of(key_of(name)), strict=True):
            if found := table.get(key, []):
                last = normal(name).rpartition('/')[2]
                return [path for path in found if normal(path.name) == last] or found
        return []


def keys_of(name: str) -> tuple[str, str, str, str]:
    """Return what a name is looked up by, the most exact first."""
    last = name.rpartition('/')[2]
    return name, without_suffix(name), last, without_suffix(last)


def normal(name: str) -> str:
    """Return a path with slashes and composed letters: Windows writes backslashes, macOS takes letters apart."""
    return unicodedata.normalize('NFC', name.replace('\\', '/'))


def key_of(name: str) -> str:
    """Return a name as the index knows it."""
    return normal(name).lower()


def without_suffix(name: str) -> str:
    """Return a name without the suffix of a picture; other dots stay."""
    return next((name[:-len(suffix)] for suffix in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(suffix)), name)


def relative(path: pathlib.Path, folder: pathlib.Path) -> str:
    """Return a path below a folder as findings call it."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def number_of(text: str | None) -> float | str | None:
    """Return a number as float; what is none stays as it is, and check_box names it."""
    try:
        return float(text) if text is not None and is_text(text) else text
    except ValueError:
        return text
