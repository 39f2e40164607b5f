# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training annotate`: the first annotation of a folder of pictures, by a model or two, for CVAT."""
import os
import pathlib
import shutil
import sys
from collections.abc import Sequence

from tqdm import tqdm

from face_perception.api import open_detector
from face_perception.core.detector import Detector
from face_perception.media.formats import PICTURE_SUFFIXES, MediaError
from face_perception.media.images import read_image

from ..data.readers.files import files_below, relative
from .doubt import NEARLY, SURE, judge, look
from .draft import FILE, Book, Draft, write_book
from .formats import coco, voc
from .formats.names import check_labels, check_names


def annotate(pictures: str | pathlib.Path, model: str, out: str | pathlib.Path, second: str = '', sure: float = SURE,
             score_threshold: float | None = None, tiles: int = 1, backend: str = 'onnxruntime') -> Book:
    """Annotate the pictures of a folder; write voc/, voc.zip, coco/ and review.json into `out`, whole or not at all.

    Args:
        pictures: folder, searched recursively.
        model: folder or name of a model; its boxes are written.
        out: folder to make; pictures are linked into it, or copied where that cannot be.
        second: another model, whose disagreement marks pictures; '' for none.
        sure: score from which a face is not marked for review.
        score_threshold: score from which faces are written; None: the model's own.
        tiles: see `open_detector`.
        backend: see `open_detector`.

    Raises:
        ValueError: there is no picture, a name does not fit, or `out` exists.
        What `open_detector` raises.
    """
    pictures, out = pathlib.Path(pictures), pathlib.Path(out)
    if not pictures.is_dir():
        raise ValueError(f'{pictures}: no such folder; expected a folder of pictures')
    if out.exists():
        raise ValueError(f'{out}: is there already, and may hold corrections; name another folder with --out')
    if out.resolve().is_relative_to(pictures.resolve()):
        raise ValueError(f'{out}: lies in the folder of the pictures, and would be annotated itself the next time')
    files = {relative(path, pictures): path for path in files_below(pictures, PICTURE_SUFFIXES)}
    if not files:
        raise ValueError(f'{pictures}: has no pictures; known are {", ".join(PICTURE_SUFFIXES)}')
    check_names(list(files))
    book = _look_at_all(files, model, second, sure, score_threshold, tiles, backend)
    part = out.with_name(f'{out.name}.part')
    shutil.rmtree(part, ignore_errors=True)
    voc.write_voc(part / 'voc', book.drafts, book.labels)
    coco.write_coco(part / 'coco', book.drafts, book.labels)
    for draft in book.drafts:
        for folder in (part / 'voc' / voc.PICTURES, part / 'coco' / coco.PICTURES):
            _link(files[draft.name], folder / draft.name)
    voc.write_zip(part / 'voc', part / 'voc.zip')
    write_book(part / FILE, book)
    os.replace(part, out)
    return book


def _look_at_all(files: dict[str, pathlib.Path], model: str, second: str, sure: float, score_threshold: float | None,
                 tiles: int, backend: str) -> Book:
    detectors: list[Detector] = []
    try:
        for each in filter(None, (model, second)):
            detectors.append(open_detector(each, backend, score_threshold=None if detectors else score_threshold,
                                           tiles=tiles))
        check_labels(detectors[0].labels)
        names = [pathlib.Path(each).name for each in (model, second)]
        drafts, unread = [], {}
        for name, path in tqdm(files.items(), desc='annotate', unit='image', disable=not sys.stderr.isatty()):
            try:
                drafts.append(_draft(name, path, detectors, names, sure))
            except MediaError as error:
                unread[name] = str(error)
        return Book(names[0], names[1], detectors[0].thresholds.score_threshold, sure, list(detectors[0].labels), drafts,
                    unread)
    finally:
        for detector in detectors:
            detector.close()


def _draft(name: str, path: pathlib.Path, detectors: Sequence[Detector], names: Sequence[str], sure: float) -> Draft:
    """Return what the models make of a picture; raise MediaError where it cannot be read."""
    image = read_image(str(path))
    looks = [look(called, detector.thresholds.score_threshold,
                  detector.detect(image, detector.thresholds._replace(
                      score_threshold=NEARLY * detector.thresholds.score_threshold)))
             for called, detector in zip(names, detectors)]
    return Draft(name, image.shape[1], image.shape[0], judge(looks[0], looks[1] if len(looks) > 1 else None, sure))


def _link(source: pathlib.Path, target: pathlib.Path) -> None:
    """Make a picture appear in a folder without taking room on the disk, where the file system can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copy2(source, target)
