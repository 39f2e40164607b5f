# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Data sets in a zip, as CVAT exports them."""
import pathlib
import zipfile

from .structure import DataError


def unpacked(data: str | pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Return the data, or where a zip was unpacked to; a folder that is alone in it is passed through.

    Args:
        data: a data set, or a zip of one.
        folder: where a zip goes; what is there already is taken for it.

    Raises:
        DataError: the zip is damaged.
    """
    data = pathlib.Path(data)
    if data.suffix.lower() != '.zip' or not data.is_file():
        return data
    if not folder.exists():
        try:
            with zipfile.ZipFile(data) as archive:
                archive.extractall(folder)      # which keeps names below the folder
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f'{data}: cannot be unpacked: {error}') from error
    while len(inside := [path for path in folder.iterdir() if path.name != '__MACOSX']) == 1 and inside[0].is_dir():
        folder = inside[0]
    return folder
