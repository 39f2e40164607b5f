# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The commands that make a data set: collect."""
import argparse
import dataclasses
import sys

from .web.limits import MIB, Limits


def run_collect(args: argparse.Namespace) -> int:
    """Fetch pictures from a list of addresses; status 1 while some of them are to be tried again."""
    from .collect import WORDS, collect
    from .web.provenance import FAILED
    chosen = {field.name: getattr(args, field.name) for field in dataclasses.fields(Limits) if hasattr(args, field.name)}
    chosen['most_bytes'] = round(args.most_megabytes * MIB)
    counts = collect(args.urls, args.out, args.contact, dataclasses.replace(Limits(), **chosen))
    print(', '.join(f'{counts[status]} {word}' for status, word in WORDS.items()) + f'; {args.out}/provenance.csv has each')
    if counts[FAILED]:
        print('what failed is tried again by the same command', file=sys.stderr)
    return 1 if counts[FAILED] else 0


def amount(text: str) -> float:
    """Parse a number of 0 or more."""
    number = float(text)
    if not 0 <= number < float('inf'):
        raise ValueError
    return number


def count(text: str) -> int:
    """Parse a whole number of 1 or more."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def add_commands(commands: 'argparse._SubParsersAction[argparse.ArgumentParser]') -> None:
    """Add the commands to those of the parser."""
    limits = Limits()
    command = commands.add_parser('collect', help='fetch pictures from a list of addresses, politely')
    command.add_argument('urls', help='text file with the address of a picture in each line; # begins a comment')
    command.add_argument('out', help='folder that gets pictures/ and provenance.csv; a second run goes on')
    command.add_argument('--contact', required=True,
                         help='your mail address or page: the owners of the hosts see it in the User-Agent')
    command.add_argument('--delay', type=amount, default=limits.delay,
                         help='seconds between two requests to a host; its Crawl-delay may make them more '
                              '(default: %(default)s)')
    command.add_argument('--hosts', type=count, default=limits.hosts,
                         help='hosts that are asked at the same time (default: %(default)s)')
    command.add_argument('--tries', type=count, default=limits.tries, help='of an address in a run (default: %(default)s)')
    command.add_argument('--longest-wait', type=amount, default=limits.longest_wait, metavar='SECONDS',
                         help='that a host may ask for; one that asks for more is left to the next run '
                              '(default: %(default)s)')
    command.add_argument('--timeout', type=amount, default=limits.total, dest='total', metavar='SECONDS',
                         help='of a whole request (default: %(default)s)')
    command.add_argument('--most-megabytes', type=amount, default=limits.most_bytes / MIB, metavar='MB',
                         help='of a picture (default: %(default)s)')
    command.add_argument('--smallest-side', type=count, default=limits.smallest_side, metavar='PIXELS',
                         help='pictures below it are refused (default: %(default)s)')
    command.add_argument('--duplicates', type=int, default=limits.duplicate_bits, dest='duplicate_bits', metavar='BITS',
                         help='pictures whose perceptual hashes differ in at most BITS of 64 are the same motif, of which '
                              'the first is kept; -1 keeps all (default: %(default)s)')
    command.set_defaults(run_command=run_collect)
