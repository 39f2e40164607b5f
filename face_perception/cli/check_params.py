# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception check-params: whether the nodes take what a ROS parameter file says, without ROS."""
import argparse
import fnmatch
import io
import sys
from typing import Any, Dict, Iterator, List, Tuple

from face_perception.core.files import open_regular
from face_perception.parameter_tables import TABLES, unknown_parameter

HELP = 'say what the nodes would not take of a parameter file'
OURS = 'ros__parameters'


class ParameterFileError(ValueError):
    """A file that no node can read; the message says where it is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument('file', nargs='+', help='yaml file as --params-file and params_file:= take it')


def run(arguments: argparse.Namespace) -> int:
    """Check each file; return 0 if the nodes take all of it, 1 if not, 2 if it cannot be read."""
    status = 0
    for name in arguments.file:
        try:
            problems = check(read(name))
        except (OSError, ParameterFileError) as error:
            words = error.strerror if isinstance(error, OSError) else error
            print('{}: {}'.format(name, words), file=sys.stderr)
            status = 2
            continue
        for problem in problems:
            print('{}: {}'.format(name, problem))
        if problems:
            status = max(status, 1)
        else:
            print('{}: all parameters are taken.'.format(name))
    return status


def read(name: str) -> Any:
    """Return the content of a yaml file; raise OSError or ParameterFileError."""
    try:
        import yaml
    except ImportError:
        raise ParameterFileError('PyYAML is needed to read it: python3 -m pip install pyyaml')
    with io.TextIOWrapper(open_regular(name), encoding='utf-8') as file:
        try:
            return yaml.safe_load(file.read())
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise ParameterFileError('it is no yaml: {}'.format(' '.join(str(error).split())))


def check(content: Any) -> List[str]:
    """Return a sentence for each part of a parameter file that no node of ours would take.

    Nodes are found by the names of the launch files, whatever their namespace; `/**` means all of them.

    Raises:
        ParameterFileError: the structure is not that of a ROS parameter file, and rcl would refuse it.
    """
    problems: List[str] = []
    for name, parameters in _nodes(content, ''):
        nodes = [node for node in TABLES if _means(name, node)]
        if not nodes:
            problems.append('{}: no node of face_perception has this name ({} have).'.format(name, ', '.join(TABLES)))
        for parameter, value in _flat(parameters, '') if nodes else ():
            problems += ['{}: {}'.format(name, words) for words in _judge(parameter, value, nodes)]
    return problems


def _judge(parameter: str, value: Any, nodes: List[str]) -> Iterator[str]:
    entries = [entry for node in nodes for entry in TABLES[node] if entry.name == parameter]
    if not entries:
        words = unknown_parameter(parameter, [entry.name for node in nodes for entry in TABLES[node]])
        if words:
            yield words
    yield from sorted({entry.problem(value) for entry in entries} - {''})


def _nodes(content: Any, prefix: str) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """Yield (node name with namespace, its parameters); namespaces may be nested."""
    if not isinstance(content, dict) or not content:
        raise ParameterFileError('expected NODE: {{{}: {{NAME: VALUE}}}}, got {!r} {}'.format(
            OURS, content, 'under ' + prefix if prefix else 'as the whole file'))
    for key, below in content.items():
        name = '{}/{}'.format(prefix, key).replace('//', '/') if prefix else str(key)
        if key == OURS:
            if not prefix:
                raise ParameterFileError('{} stands without a node above it; write /**: for all nodes'.format(OURS))
            if below is not None and not isinstance(below, dict):
                raise ParameterFileError('expected NAME: VALUE under {}/{}, got {!r}'.format(prefix, OURS, below))
            yield prefix, below or {}
        else:
            yield from _nodes(below, name)


def _means(name: str, node: str) -> bool:
    """Tell whether a name of a parameter file, such as /**/camera_node, may be that of a node."""
    last = name.rstrip('/').rsplit('/', 1)[-1]
    return last == '**' or fnmatch.fnmatchcase(node, last)


def _flat(parameters: Dict[str, Any], prefix: str) -> Iterator[Tuple[str, Any]]:
    """Yield (name, value); nested names are joined by dots, as rcl does."""
    for key, value in parameters.items():
        name = '{}{}'.format(prefix, key)
        if isinstance(value, dict):
            yield from _flat(value, name + '.')
        else:
            yield name, value
