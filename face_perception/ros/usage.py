# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What an executable answers to --help and to words that it does not know, instead of starting its node."""
import sys
import textwrap
from typing import List, Optional, Sequence

from face_perception.parameter_tables import TABLES


def answer(executable: str, arguments: Sequence[str]) -> Optional[int]:
    """Print help or what is wrong and return the exit status; None where the node is to start.

    arguments: the command line, the program first.
    """
    others = not_for_ros(arguments[1:])
    if not others:
        return None
    if others[0] in ('-h', '--help'):
        print(help_text(executable))
        return 0
    print('{0}: unknown argument {1!r}. Parameters are given as --ros-args -p NAME:=VALUE, topics as -r FROM:=TO; '
          '{0} --help lists them.'.format(executable, others[0]), file=sys.stderr)
    return 2


def not_for_ros(words: Sequence[str]) -> List[str]:
    """Return the words outside --ros-args ... --."""
    others, for_ros = [], False
    for word in words:
        if word == '--ros-args':
            for_ros = True
        elif for_ros:
            for_ros = word != '--'
        else:
            others.append(word)
    return others


def help_text(executable: str) -> str:
    """Return usage and parameters of an executable."""
    lines = ['usage: ros2 run face_perception {} --ros-args [-p NAME:=VALUE] [-r FROM:=TO] [--params-file FILE]'.format(
        executable), '', 'Parameters (* may be changed while it runs):']
    for entry in TABLES[executable]:
        lines.append('  {}{} := {!r}'.format(entry.name, '*' if entry.live else '', entry.default))
        lines += textwrap.wrap(entry.meaning, 100, initial_indent='      ', subsequent_indent='      ')
    return '\n'.join(lines)
