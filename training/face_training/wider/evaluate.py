# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training evaluate MODEL --wider FOLDER`: easy, medium and hard AP of a detector on WIDER FACE."""
import pathlib
import sys

from tqdm import tqdm

from face_perception.media.formats import MediaError
from face_perception.media.images import read_image

from ..compare.candidates import open_ours, open_pretrained
from ..data.readers.wider import read_annotations
from ..data.structure import DataError
from .protocol import average_precision
from .reader import read_set

SETS = ('easy', 'medium', 'hard')
ANNOTATIONS = 'wider_face_val_bbx_gt.txt'
# Where the archives of WIDER FACE put their files when they are unpacked side by side.
PLACES = {'annotations': ('wider_face_split', '.'), 'sets': ('eval_tools/ground_truth', 'ground_truth', '.'),
          'pictures': ('WIDER_val/images', 'images')}


def evaluate_wider(model: str, folder: str | pathlib.Path) -> dict[str, float]:
    """Return {'wider_ap/easy', 'wider_ap/medium', 'wider_ap/hard'} of a detector on the validation pictures.

    Each picture is looked at once, resized to the input of the network; every detection is a face, whatever its label.

    Args:
        model: model folder or name, run folder, or published weights as `compare --pretrained` takes them.
        folder: with the unpacked archives of WIDER FACE, see PLACES.

    Raises:
        DataError: a file of WIDER FACE is missing or is not what it should be.
        ModelNotFound, SpecError, ValueError, OSError: there is no such detector.
    """
    folder = pathlib.Path(folder)
    annotations = read_annotations(find(folder, PLACES['annotations'], ANNOTATIONS))
    sets = {name: read_set(find(folder, PLACES['sets'], f'wider_{name}_val.mat'), annotations) for name in SETS}
    pictures = find(folder, PLACES['pictures'])
    candidate = open_pretrained(model) if '=' in model else open_ours(model)
    try:
        names = sorted({name for faces in sets.values() for name in faces})
        found = {}
        for name in tqdm(names, desc='WIDER FACE', unit='image', disable=not sys.stderr.isatty()):
            try:
                found[name] = candidate.blind.detect(read_image(str(pictures / name)))
            except MediaError as error:
                raise DataError(f'{pictures / name} cannot be read as an image: {error}') from error
    finally:
        candidate.close()
    return {f'wider_ap/{name}': average_precision(list(faces.values()), [found[picture] for picture in faces])
            for name, faces in sets.items()}


def find(folder: pathlib.Path, places: tuple[str, ...], name: str = '') -> pathlib.Path:
    """Return the first of some places below a folder where there is such a file, or such a folder where it has no name."""
    for place in places:
        path = folder / place / name
        if path.is_file() if name else path.is_dir():
            return path
    raise DataError(f'no {" or ".join(str(pathlib.PurePath(place) / name) for place in places)} in {folder}: expected the '
                    'unpacked archives of WIDER FACE (WIDER_val, wider_face_split and eval_tools)')
