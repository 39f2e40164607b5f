# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The first annotation of a picture, and review.json, which holds those of a folder with their doubts."""
import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from .doubt import Guess, Judged

FILE = 'review.json'


@dataclasses.dataclass(frozen=True)
class Draft:
    """One picture and what a model makes of it."""

    name: str                    # path below the folder of the pictures, with slashes
    width: int                   # pixels, upright
    height: int
    judged: Judged


@dataclasses.dataclass(frozen=True)
class Book:
    """The drafts of a folder."""

    model: str
    second: str                  # '' where one model looked alone
    threshold: float             # score from which faces are annotated
    sure: float                  # score from which they are not marked
    labels: list[str]
    drafts: list[Draft]
    unread: dict[str, str]       # picture that was left out: why


def write_book(path: pathlib.Path, book: Book) -> None:
    """Write review.json."""
    def guess(one: Guess) -> dict[str, Any]:
        return {'label': one.label, 'score': round(one.score, 3), 'box': [round(side, 2) for side in one.box]}

    pictures = [{'name': draft.name, 'width': draft.width, 'height': draft.height, 'doubt': round(draft.judged.doubt, 3),
                 'review': bool(draft.judged.why), 'why': draft.judged.why,
                 'faces': [guess(face) for face in draft.judged.faces],
                 'candidates': [guess(each) for each in draft.judged.candidates]} for draft in book.drafts]
    content = {**dataclasses.asdict(dataclasses.replace(book, drafts=[])), 'drafts': pictures}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + '\n', encoding='utf-8')


def read_book(folder: pathlib.Path) -> Book:
    """Return what `annotate` wrote into a folder; raise ValueError where it has not."""
    path = folder / FILE
    if not path.is_file():
        raise ValueError(f'{path}: no such file; expected a folder that "face-training annotate" has written')
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
        drafts = [Draft(one['name'], int(one['width']), int(one['height']),
                        Judged(_guesses(one['faces']), _guesses(one['candidates']), float(one['doubt']), list(one['why'])))
                  for one in content['drafts']]
        return Book(**{**content, 'drafts': drafts})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f'{path}: is not what "face-training annotate" writes ({type(error).__name__}: {error}); run it '
                         'again into another folder') from error


def _guesses(entries: Sequence[dict[str, Any]]) -> list[Guess]:
    made = [Guess(str(one['label']), float(one['score']), tuple(float(side) for side in one['box'])) for one in entries]
    if any(len(one.box) != 4 for one in made):
        raise ValueError('a box has four sides')
    return made
