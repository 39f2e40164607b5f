# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How often models see what is in a film, and how often they call it by the wrong label.

    python -m benchmarks.films MODEL... [--films LABEL=FILE ...] [--every 2] [--json OUT]

For each film: the part of its frames in which a face of its label is reported, and in brackets that in which one of
another label is. No box is compared: the films show somebody of their label in nearly every frame. Without --films
those of the shared data are taken whose names begin with a label (human_..., cartoon_...).
"""
import argparse
import json
import os
import pathlib
import sys
from collections.abc import Sequence

from face_perception.api import open_detector
from face_perception.core.detector import Detector
from face_perception.media.formats import MediaError
from face_perception.media.video import VideoReader

ROOT = pathlib.Path(__file__).resolve().parents[1]
LABELS = ('human', 'cartoon')


def shares(detector: Detector, path: str, label: str, every: int) -> tuple[float, float]:
    """Return (part of the frames with a face of the label, with one of another label) of every n-th frame.

    Raises MediaError where the file gives no frame.
    """
    frames = right = wrong = 0
    reader = VideoReader(path)
    try:
        while (image := reader.read()) is not None:
            if (reader.frames - 1) % every:
                continue
            found = set(detector.detect(image).labels.tolist())
            frames += 1
            right += label in found
            wrong += bool(found - {label})
    finally:
        reader.close()
    if not frames:
        raise MediaError(f'{path} gives no frames')
    return right / frames, wrong / frames


def films_of(folder: pathlib.Path) -> list[tuple[str, str]]:
    """Return (label, path) of the films of a folder whose names begin with a label."""
    return [(label, str(path)) for label in LABELS for path in sorted(folder.glob(f'{label}_*.mp4'))]


def parse_film(text: str) -> tuple[str, str]:
    """Parse LABEL=FILE."""
    label, separator, path = text.partition('=')
    if not separator or label not in LABELS:
        raise argparse.ArgumentTypeError(f'expected LABEL=FILE with {" or ".join(LABELS)}, got {text!r}')
    return label, path


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table and write JSON if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', nargs='+', help='model folder or name')
    parser.add_argument('--films', nargs='+', type=parse_film, metavar='LABEL=FILE')
    parser.add_argument('--every', type=int, default=2, metavar='N', help='look at every n-th frame (default: %(default)s)')
    parser.add_argument('--json', metavar='OUT')
    args = parser.parse_args(arguments)
    if args.every < 1:
        parser.error('--every must be at least 1')
    shared = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED') or ROOT.parent / 'shared') / 'data' / 'video'
    films = args.films or films_of(shared)
    if not films:
        print(f'films: there are none in {shared}; name yours with --films', file=sys.stderr)
        return 1
    found: dict[str, dict[str, tuple[float, float]]] = {path: {} for _, path in films}
    try:
        for model in args.model:
            with open_detector(model) as detector:
                for label, path in films:
                    found[path][model] = shares(detector, path, label, args.every)
    except (MediaError, LookupError, ValueError) as error:
        print(f'films: {error}', file=sys.stderr)
        return 1
    print('| Film | ' + ' | '.join(pathlib.Path(model).name for model in args.model) + ' |')
    print('| --- ' * (1 + len(args.model)) + '|')
    for path, values in found.items():
        cells = ' | '.join(f'{right:.2f} ({wrong:.2f})' for right, wrong in values.values())
        print(f'| {pathlib.Path(path).stem} | {cells} |')
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
