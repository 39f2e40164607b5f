# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-training study: runs a study of the folder `studies`, which reads this package and is not known to it."""
import argparse
import importlib
from collections.abc import Sequence


def run_study(name: str, arguments: Sequence[str]) -> int:
    """Run studies/NAME/command.py, which has HELP, add_arguments(parser) and run(args); return its exit status.

    Raises:
        ValueError: there is no such study.
    """
    try:
        study = importlib.import_module(f'studies.{name}.command')
    except ModuleNotFoundError as error:
        if not (error.name or '').startswith('studies'):
            raise       # a study that lacks a package
        raise ValueError(f'no study {name!r}; each has a folder in training/studies, such as mtcnn') from None
    parser = argparse.ArgumentParser(prog=f'face-training study {name}', description=study.HELP)
    study.add_arguments(parser)
    status: int = study.run(parser.parse_args(arguments))
    return status
