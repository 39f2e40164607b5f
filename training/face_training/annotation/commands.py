# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The commands that make a data set: collect, annotate, review, mine."""
import argparse
import collections
import dataclasses
import shlex
import sys

from .doubt import SURE
from .formats import coco
from .web.limits import MIB, Limits

MOST = 400                   # pictures of a page of review: some 5 MB
MISTAKEN = 0.3               # score of a mistake that mine cuts out: much lower ones never reach a robot


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


def run_annotate(args: argparse.Namespace) -> int:
    """Write the first annotations of a folder; status 1 where a picture could not be read."""
    from .annotate import annotate
    out = args.out or f'{args.folder.rstrip("/")}_annotated'
    book = annotate(args.folder, args.model, out, args.second, args.sure, args.score_threshold, args.tiles)
    for name, why in book.unread.items():
        print(f'{args.folder}/{name}: left out: {why}', file=sys.stderr)
    faces = collections.Counter(face.label for draft in book.drafts for face in draft.judged.faces)
    marked = sum(bool(draft.judged.why) for draft in book.drafts)
    print(f'{len(book.drafts)} pictures, {", ".join(f"{faces[label]} {label}" for label in book.labels)}; {marked} of '
          f'them marked for review, {len(book.unread)} could not be read')
    print(f'{out}: voc.zip and coco/{coco.FILE} for CVAT, voc/ and coco/ as data sets, review.json', file=sys.stderr)
    return 1 if book.unread else 0


def run_review(args: argparse.Namespace) -> int:
    """Write a page with the pictures of an annotated folder, the most doubtful first."""
    from .review import review
    words = ['face-training', *(sys.argv[1:] if args.arguments is None else args.arguments)]
    print(review(args.folder, args.after, args.most, shlex.join(words)))
    return 0


def run_mine(args: argparse.Namespace) -> int:
    """Write the mistakes of a model as pictures without faces."""
    from .mine import FILE, mine
    found = mine(args.model, args.data, args.no_faces, args.out, args.second, args.score)
    print(f'{found.pictures} pictures, {found.mistakes} mistakes; left out: {found.seen_twice} that '
          f'{args.second or "nobody"} sees as well, {found.crowded} too near to a face; {found.written} written')
    print(f'now add {args.out}/{FILE} to data.train' if found.written else f'{args.out} was not made', file=sys.stderr)
    return 0


def share(text: str) -> float:
    """Parse a number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def amount(text: str) -> float:
    """Parse a number of 0 or more."""
    number = float(text)
    if not 0 <= number < float('inf'):
        raise ValueError
    return number


def positive(text: str) -> float:
    """Parse a number above 0."""
    number = amount(text)
    if not number:
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
    command.add_argument('--timeout', type=positive, default=limits.total, dest='total', metavar='SECONDS',
                         help='of a whole request (default: %(default)s)')
    command.add_argument('--most-megabytes', type=positive, default=limits.most_bytes / MIB, metavar='MB',
                         help='of a picture (default: %(default)s)')
    command.add_argument('--smallest-side', type=count, default=limits.smallest_side, metavar='PIXELS',
                         help='pictures below it are refused (default: %(default)s)')
    command.add_argument('--duplicates', type=int, default=limits.duplicate_bits, dest='duplicate_bits', metavar='BITS',
                         help='pictures whose perceptual hashes differ in at most BITS of 64 are the same motif, of which '
                              'the first is kept; -1 keeps all (default: %(default)s)')
    command.set_defaults(run_command=run_collect)

    command = commands.add_parser('annotate', help='annotate pictures by a model, as VOC and COCO for CVAT')
    command.add_argument('folder', help='of pictures, searched recursively')
    command.add_argument('model', help='model folder or name, whose boxes are written')
    command.add_argument('--out', metavar='FOLDER', help='folder to make (default: <folder>_annotated)')
    command.add_argument('--second', default='', metavar='MODEL', help='another model; where it disagrees, it is said')
    command.add_argument('--sure', type=share, default=SURE, metavar='SCORE',
                         help='faces below it are marked for review (default: %(default)s)')
    command.add_argument('--score-threshold', type=share, help="score from which faces are written (default: the model's)")
    command.add_argument('--tiles', type=int, default=1, help='parts of wide or large pictures that are looked at, too')
    command.set_defaults(run_command=run_annotate)

    command = commands.add_parser('review', help='write a page with annotated pictures, the most doubtful first')
    command.add_argument('folder', help='that annotate has written')
    command.add_argument('--after', default='', metavar='DATA',
                         help='the corrected annotations, such as an export of CVAT: what was changed')
    command.add_argument('--most', type=count, default=MOST, help='pictures of the page (default: %(default)s)')
    command.set_defaults(run_command=run_review)

    command = commands.add_parser('mine', help='cut out what a model takes for a face by mistake, as pictures without one')
    command.add_argument('model', help='model folder or name')
    command.add_argument('data', nargs='*', help='data sets that it was trained on, as of check; not those that judge it')
    command.add_argument('--no-faces', action='append', default=[], metavar='FOLDER',
                         help='pictures without a face, searched recursively, of your room for example; may be given again')
    command.add_argument('--out', required=True, metavar='FOLDER', help='folder to make')
    command.add_argument('--second', default='', metavar='MODEL',
                         help='another model; what it sees as well is likelier a face that nobody labelled, and stays')
    command.add_argument('--score', type=share, default=MISTAKEN, help='of a detection that counts (default: %(default)s)')
    command.set_defaults(run_command=run_mine)
