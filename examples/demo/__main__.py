# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""See faces found: a film as a ROS 2 bag, played to the real detector node, and a page to look at.

Without --input: a real person, drawn characters and places without anybody, with a known truth.
Exit status: 0 found what is there (with --input: frames were processed), 1 not, 2 nothing to run with.
"""
import argparse
import sys

from examples.processes import Stopped, stop_on_signals
from face_perception.core import defaults


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog='scripts/demo', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--input', metavar='VIDEO|FOLDER|/dev/videoN', help='your own pictures instead of the film')
    parser.add_argument('--seconds', type=float, default=20.0, help='of --input at most (default %(default)g)')
    parser.add_argument('--output', metavar='DIR', default='demo_output', help='default %(default)s')
    parser.add_argument('--model', default='slim_320', help='name or folder (default %(default)s)')
    parser.add_argument('--backend', default=defaults.BACKEND, help='default %(default)s')
    parser.add_argument('--picture', metavar='FILE', help='also write a still picture for a README')
    args = parser.parse_args(arguments)
    if not args.seconds > 0:
        parser.error(f'--seconds must be above 0, got {args.seconds:g}')
    if args.picture and args.input:
        parser.error("--picture shows the demo's own film: leave out --input")
    return args


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; return the exit status."""
    args = parse(arguments)
    stop_on_signals()
    try:
        # Only now: these need ROS 2, and --help does not.
        from .run import run
        return run(args, ' '.join(['scripts/demo', *(sys.argv[1:] if arguments is None else arguments)]))
    except Stopped as stop:
        print(f'\nstopped by {stop}; no process is left behind', flush=True)
        return 128 + stop.signum
    except ModuleNotFoundError as error:
        print(f'demo: {error}. Run it in its environment: scripts/demo', file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
