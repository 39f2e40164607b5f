# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Yaml files as checked records: what the configs of all tasks share."""
import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Annotated, Any

import pydantic
import pydantic_core
import yaml
from pydantic import ConfigDict, Field

RULES = ConfigDict(extra='forbid', strict=True)
Share = Annotated[float, Field(ge=0, le=1)]          # a probability


class ConfigError(ValueError):
    """A yaml that does not fit; the message names the key, what was expected and what came."""


CHECKERS: dict[type[Any], pydantic.TypeAdapter[Any]] = {}


def checker(kind: type[Any]) -> pydantic.TypeAdapter[Any]:
    """Return what checks records of a kind, a pydantic dataclass."""
    if kind not in CHECKERS:
        CHECKERS[kind] = pydantic.TypeAdapter(kind)
    return CHECKERS[kind]


def parse_record(kind: type[Any], values: object, parts: dict[str, type[Any]] | None = None) -> Any:
    """Return a record of a kind from parsed yaml.

    Args:
        kind: the record's class; its fields are sections.
        values: what the yaml says.
        parts: classes of sections whose field is no record itself, and of records that stand for a text, by their own
            name; for messages.

    Raises:
        ConfigError: the values do not fit.
    """
    if not isinstance(values, dict):
        raise ConfigError(f'the file: expected keys and values, got {values!r}')
    try:
        # By way of JSON, whose lists are taken for tuples while all other types are strict.
        return checker(kind).validate_json(json.dumps(values, default=str))
    except pydantic.ValidationError as error:
        said = [_sentence(fault, kind, parts or {}) for fault in _of_the_member_meant(error.errors(), parts or {})]
        raise ConfigError('; '.join(dict.fromkeys(said))) from None


def _of_the_member_meant(faults: list[pydantic_core.ErrorDetails],
                         parts: dict[str, type[Any]]) -> list[pydantic_core.ErrorDetails]:
    """Return the faults without those of text and list where keys and values were given for a record of `parts`."""
    members = {name for name, kind in parts.items() if kind.__name__ == name}
    inside = {fault['loc'][:place] for fault in faults for place, part in enumerate(fault['loc'])
              if part in members and fault['type'] != 'dataclass_type'}
    return [fault for fault in faults
            if fault['type'] not in ('string_type', 'tuple_type', 'dataclass_type')
            or not any(fault['loc'][:len(place)] == place or place[:len(fault['loc']) - 1] == fault['loc'][:-1]
                       for place in inside)]


def _sentence(fault: pydantic_core.ErrorDetails, record: type[Any], parts: dict[str, type[Any]]) -> str:
    """Return one fault of pydantic in our words."""
    kind, given = fault['type'], fault['input']
    # Which member of a union was tried does not help.
    key = '.'.join(str(part) for part in fault['loc'] if not str(part).startswith(('str', 'tuple', 'Source')))
    if kind == 'unexpected_keyword_argument':
        sections: dict[str, Any] = {field.name: field.type for field in dataclasses.fields(record)} | parts
        named = [parts[str(part)] for part in fault['loc'] if str(part) in parts and part != fault['loc'][0]]
        section = named[-1] if named else sections[key.partition('.')[0]] if '.' in key else record
        return f'unknown key {key}; known: {", ".join(field.name for field in dataclasses.fields(section))}'
    if kind == 'missing':
        return f'{key} is missing'
    if kind == 'value_error':
        return str(fault['ctx']['error'])
    return f'{key}: {fault["msg"]}, got {given!r}'


def read_values(path: str | pathlib.Path) -> Any:
    """Return what a yaml file says."""
    return yaml.safe_load(pathlib.Path(path).read_text(encoding='utf-8'))


def apply_overrides(values: Any, overrides: Sequence[str]) -> Any:
    """Put strings such as schedule.epochs=3 into parsed yaml, in place, and return it."""
    for text in overrides:
        key, sign, value = text.partition('=')
        *parents, name = key.split('.')
        if not sign or len(parents) != 1:
            raise ConfigError(f'an override looks like schedule.epochs=3, got {text!r}')
        values.setdefault(parents[0], {})[name] = yaml.safe_load(value)
    return values


def to_yaml(config: Any) -> str:
    """Return the yaml text that reads back as the same record."""
    return yaml.safe_dump(checker(type(config)).dump_python(config, mode='json'), sort_keys=False)


def differing_keys(one: Any, other: Any) -> list[str]:
    """Return the keys, such as schedule.epochs, in which two records of one kind differ."""
    keys: list[str] = []
    for section in dataclasses.fields(one):
        first, second = getattr(one, section.name), getattr(other, section.name)
        if dataclasses.is_dataclass(first) and type(first) is type(second):
            keys += [f'{section.name}.{field.name}' for field in dataclasses.fields(first)
                     if getattr(first, field.name) != getattr(second, field.name)]
        elif first != second:
            keys.append(section.name)
    return keys
