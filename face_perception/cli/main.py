# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception COMMAND ...: one command a line of the table below."""

import argparse
import os
import sys
from typing import List, Optional

from face_perception import __version__
from face_perception.backends import BackendError, BackendUnavailable
from face_perception.cli import benchmark, build_engine, check_model, check_params, detect, record
from face_perception.cli.outputs import words_of
from face_perception.models.spec import SpecError
from face_perception.models.store import ModelNotFound

# Each module has HELP, add_arguments(parser) and run(arguments) -> exit status.
COMMANDS = {
    'detect': detect,
    'check-model': check_model,
    'check-params': check_params,
    'build-engine': build_engine,
    'benchmark': benchmark,
    'record': record,
}

# What a user can mend: said in one line, without a traceback.
_MENDABLE = (BackendError, BackendUnavailable, SpecError, ModelNotFound)


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one command and return its exit status; 2 is a wrong call or a model that cannot be opened."""
    parsed = make_parser().parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
        return status
    except _MENDABLE as error:
        print('face-perception: {}'.format(error), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output has had enough (`| head`); Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # of our own files; those of the inputs are reported where they happen
        print('face-perception: {}'.format(words_of(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog='face-perception', description='Finds faces, human and drawn.')
    parser.add_argument('--version', action='version', version='%(prog)s ' + __version__)
    commands = parser.add_subparsers(metavar='COMMAND', dest='command')
    commands.required = True  # an argument of add_subparsers only from Python 3.7
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)       # type: ignore[attr-defined]
        command.set_defaults(run=module.run)    # type: ignore[attr-defined]
    return parser


if __name__ == '__main__':
    sys.exit(main())
