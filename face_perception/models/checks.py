# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Checks of single values of a model.json; each says where, what was expected and what came."""

import math
import re
from typing import Any, Dict, Iterable, Optional, Sequence, Tuple

# Names of points are keys of JSON and parts of messages.
_POINT_NAME = re.compile(r'[a-z][a-z0-9_]*')


class SpecError(ValueError):
    """A model folder whose specification is missing, broken or does not fit its network."""


def demand(holds: bool, where: str, expected: object, got: object) -> None:
    """Raise SpecError unless `holds`."""
    if not holds:
        words = repr(got)
        if len(words) > 200:        # a broken file may hold anything
            words = words[:200] + '...'
        raise SpecError('{}: expected {}, got {}'.format(where, expected, words))


def check_keys(where: str, data: Any, needed: Iterable[str], optional: Iterable[str] = ()) -> Dict[str, Any]:
    """Return `data`, an object with all needed keys and no unknown one."""
    demand(isinstance(data, dict), where, 'an object', data)
    needed, optional = list(needed), list(optional)
    missing = [key for key in needed if key not in data]
    if missing:
        raise SpecError('{}: missing {}'.format(where, ', '.join(missing)))
    unknown = sorted(set(data) - set(needed) - set(optional))
    if unknown:
        raise SpecError('{}: unknown {}; known are {}'.format(
            where, ', '.join(map(repr, unknown)), ', '.join(needed + optional)))
    checked: Dict[str, Any] = data
    return checked


def number(where: str, value: Any, at_least: Optional[float] = None, at_most: Optional[float] = None,
           above: Optional[float] = None) -> float:
    """Return a finite number within bounds."""
    bounds = [(at_least, 'of {} or more'), (at_most, 'of {} or less'), (above, 'above {}')]
    limits = [words.format(bound) for bound, words in bounds if bound is not None]
    holds = (_is_number(value) and (at_least is None or value >= at_least)
             and (at_most is None or value <= at_most) and (above is None or value > above))
    demand(holds, where, ' '.join(['a number'] + [' and '.join(limits)]).strip(), value)
    return float(value)


def whole(where: str, value: Any) -> int:
    """Return a whole number of 1 or more."""
    holds = isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 2 ** 31
    demand(holds, where, 'a whole number of 1 or more', value)
    return int(value)


def three(where: str, value: Any) -> Tuple[float, float, float]:
    """Return three numbers."""
    demand(isinstance(value, list) and len(value) == 3 and all(_is_number(item) for item in value), where,
           'three numbers', value)
    return float(value[0]), float(value[1]), float(value[2])


def text(where: str, value: Any) -> str:
    """Return a text of one line without spaces around it."""
    holds = isinstance(value, str) and value.strip() == value != '' and value.isprintable()
    demand(holds, where, 'a text of printable characters', value)
    return str(value)


def unique_texts(where: str, value: Any) -> Tuple[str, ...]:
    """Return different texts."""
    demand(isinstance(value, list) and len(value) > 0 and len(set(map(str, value))) == len(value), where,
           'a list of different texts', value)
    return tuple(text(where, item) for item in value)


def point_names(where: str, value: Any) -> Tuple[str, ...]:
    """Return different names of points: lower-case letters, digits and underscores."""
    names = unique_texts(where, value)
    for name in names:
        demand(_POINT_NAME.fullmatch(name) is not None, where,
               'names of points like right_eye (lower-case letters, digits and underscores)', name)
    return names


def choice(where: str, value: Any, choices: Sequence[str]) -> str:
    """Return one of `choices`."""
    demand(isinstance(value, str) and value in choices, where, ' or '.join(choices), value)
    return str(value)


def sha256_text(where: str, value: Any) -> str:
    """Return a sha256 as text."""
    demand(isinstance(value, str) and len(value) == 64 and set(value) <= set('0123456789abcdef'),
           where, '64 lower-case hexadecimal digits', value)
    return str(value)


def file_name(where: str, value: Any) -> str:
    """Return the name of a file in the model folder itself."""
    name = text(where, value)
    demand(name not in ('.', '..') and '/' not in name and '\\' not in name, where,
           'the name of a file in the model folder', value)
    return name


def _is_number(value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:       # a whole number of 400 digits is JSON too
        return False
