# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training review`: one page with contact sheets of annotated pictures, the most doubtful first."""
import collections
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import jinja2
import numpy as np

from face_perception.core.drawing import colour_of
from face_perception.media.formats import MediaError
from face_perception.media.images import read_image

from ..compare.gallery import TEMPLATES, data_uri
from ..compare.tables import Table
from ..data.readers import read_listing
from .corrections import KEPT, Corrected, compare_all, doubt_table, label_table
from .doubt import Guess
from .draft import Book, Draft, read_book
from .formats import voc

PAGE = 'review.html'
SIDE = 280                   # longest side of a thumbnail, pixels
QUALITY = 80                 # of its JPEG
SMALL = 24                   # side of a box below which lines are thin, pixels of the thumbnail
REASONS = 6                  # that a picture is shown with
AFTER = (255, 255, 255)


class Tile(NamedTuple):
    """One picture of a contact sheet."""

    picture: str                 # data URI
    name: str
    doubt: str
    why: list[str]


def review(folder: str | pathlib.Path, after: str, most: int, command: str = '') -> pathlib.Path:
    """Write review.html into a folder that `annotate` made; return its path.

    Args:
        folder: has review.json and voc/.
        after: the corrected annotations, in any format that training reads; '' for none.
        most: pictures of the page, the most doubtful first.
        command: what made it, for the page.

    Raises:
        ValueError, DataError: the folder or the annotations cannot be used.
    """
    folder = pathlib.Path(folder)
    book = read_book(folder)
    drafts = sorted(book.drafts, key=lambda draft: (not draft.judged.why, -draft.judged.doubt, draft.name))
    corrected = compare_all(drafts, read_listing(after)) if after else {}
    sheets = {}
    for name, marked in (('Marked for review', True), ('Not marked', False)):
        part = [draft for draft in drafts[:most] if bool(draft.judged.why) == marked]
        count = sum(bool(draft.judged.why) == marked for draft in drafts)
        shown = f'{count}' if len(part) == count else f'the first {len(part)} of {count}'
        sheets[f'{name}: {shown}'] = [tile(folder, draft, corrected.get(draft.name)) for draft in part]
    tables = [counts_table(book)]
    if corrected:
        tables += [label_table(drafts, corrected), doubt_table(drafts, corrected)]
    path = folder / PAGE
    part_path = path.with_name(f'{PAGE}.part')
    part_path.write_text(render(book, command, tables, sheets, bool(corrected)), encoding='utf-8')
    part_path.replace(path)
    return path


def render(book: Book, command: str, tables: Sequence[Table], sheets: dict[str, list[Tile]], after: bool) -> str:
    """Return the page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                                     undefined=jinja2.StrictUndefined)
    return environment.get_template('review.html').render(title='Faces to review', book=book, command=command, tables=tables,
                                                          sheets=sheets, after=after)


def counts_table(book: Book) -> Table:
    """Return how many faces and pictures there are, marked and not."""
    rows = []
    for name, marked in (('marked for review', True), ('not marked', False)):
        part = [draft.judged for draft in book.drafts if bool(draft.judged.why) == marked]
        faces = [face.label for judged in part for face in judged.faces]
        rows.append([name, str(len(part)), *(str(faces.count(label)) for label in book.labels),
                     str(sum(not judged.faces for judged in part)), f'{sum(judged.doubt for judged in part):.1f}'])
    return Table('What was annotated', ['pictures', 'number', *book.labels, 'without faces', 'corrections to expect'], rows)


def tile(folder: pathlib.Path, draft: Draft, corrected: Corrected | None) -> Tile:
    """Return one picture with its faces drawn in; what a person changed is told."""
    why = list(draft.judged.why)
    if len(why) > REASONS:
        why[REASONS:] = [f'and {len(why) - REASONS} reasons more']
    if corrected is not None:
        changed = collections.Counter(pair for pair in corrected.fates if pair[1] != KEPT)
        why += [f'after: {", ".join(f"{count} {label} {fate}" for (label, fate), count in changed.items())}'] * bool(changed)
    try:
        image = read_image(str(folder / 'voc' / voc.PICTURES / draft.name))
    except MediaError as error:
        image = np.full((draft.height, draft.width, 3), 60, np.uint8)
        why.append(f'cannot be shown: {error}')
    factor = SIDE / max(image.shape[:2])
    image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    for guess in corrected.after if corrected is not None else ():
        draw(image, guess, factor, AFTER, 2)
    for guess in draft.judged.candidates:
        dashed(image, guess, factor)
    for guess in draft.judged.faces:
        draw(image, guess, factor, colour_of(guess.label), 0)
    coded = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return Tile(data_uri(coded.tobytes(), 'jpeg'), draft.name, f'{draft.judged.doubt:.2f}', why)


def draw(image: np.ndarray, guess: Guess, factor: float, colour: tuple[int, int, int], rim: int) -> None:
    """Draw a box into a thumbnail; rim: pixels that its line is thicker."""
    left, top, right, bottom = (round(side * factor) for side in guess.box)
    thickness = 1 if min(right - left, bottom - top) < SMALL else 2
    cv2.rectangle(image, (left, top), (right, bottom), colour, thickness + rim)


def dashed(image: np.ndarray, guess: Guess, factor: float) -> None:
    """Draw the box of a face that was not written, dashed."""
    left, top, right, bottom = (round(side * factor) for side in guess.box)
    for start in range(0, max(right - left, bottom - top), 8):
        x, y = min(left + start, right), min(top + start, bottom)
        for one, other in (((x, top), (min(x + 4, right), top)), ((x, bottom), (min(x + 4, right), bottom)),
                           ((left, y), (left, min(y + 4, bottom))), ((right, y), (right, min(y + 4, bottom)))):
            cv2.line(image, one, other, colour_of(guess.label), 2)
