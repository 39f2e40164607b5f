# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The command that makes a model of one's own pictures."""
import argparse
import pathlib
import re

from .start import NETWORKS


def add_own(commands: 'argparse._SubParsersAction[argparse.ArgumentParser]') -> None:
    """Add the command `own`."""
    command = commands.add_parser('own', help='from labelled pictures, such as an export of CVAT, to a model folder')
    command.add_argument('data', help='folder or zip of an export of CVAT, or any data set, as of check')
    command.add_argument('--out', metavar='FOLDER',
                         help='where the model and what led to it go (default: own/<name of the data>)')
    command.add_argument('--network', choices=sorted(NETWORKS), default='slim_320',
                         help='shipped model to start from, or mobilenet_ssd (default: %(default)s)')
    command.add_argument('--weights', default='', metavar='FILE',
                         help='start from these instead, e.g. own/robots/model/weights.safetensors')
    command.add_argument('--epochs', type=int, default=0, help='default: by the number of pictures')
    command.add_argument('--frozen-base', action='store_true', help='train the heads alone: faster, less exact')
    command.add_argument('--val', type=float, default=0.21, metavar='0..1',
                         help='share of the pictures that is judged, not learnt (default: %(default)s)')
    command.add_argument('--seed', type=int, default=0, help='decides which (default: %(default)s)')
    command.add_argument('--group', metavar='REGEX',
                         help="first group of it names a scene, which is not split; '' for none (default: the folder of a "
                              'picture, or what stands before __ in its name)')
    command.add_argument('--device', default='auto', help='auto, cpu or gpu (default: %(default)s)')
    command.set_defaults(run_command=run_own)


def run_own(args: argparse.Namespace) -> int:
    """Make a model of one's own pictures."""
    from ..data.split import GROUP
    from .own import Options, make_own
    group = GROUP if args.group is None else args.group
    try:
        re.compile(group)
    except re.error as error:
        raise ValueError(f'--group {group!r} is no regular expression: {error}') from error
    if not 0 < args.val < 1 or args.epochs < 0:
        raise ValueError(f'expected --val within 0..1 and --epochs from 1 on, got {args.val} and {args.epochs}')
    out = pathlib.Path(args.out or pathlib.Path('own') / pathlib.Path(args.data).resolve().stem)
    make_own(args.data, out, Options(args.network, args.weights, args.epochs, args.frozen_base, args.val, args.seed, group,
                                     args.device))
    return 0
