# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fifth work's experiment: 139 pictures of three persons, 110 to learn and 29 to judge, by `face-training own`.

    python -m benchmarks.own_faces OUT [--seeds 0,1,2] [--network slim_320] [--frozen-base]

The pictures are frames of a show with dexter, deedee and dad (validation frames of finding-dexters, ../shared/data/faces),
which no shipped model was trained on.  They are written to OUT/cvat as CVAT exports Pascal VOC; faces of others are
`difficult`, so neither learnt nor judged, and one wrong name is corrected.  Each seed is another split of the same pictures
and another training.  The data is research data that is not part of the repository.  Needs the training environment
(scripts/bootstrap --training).
"""
import argparse
import math
import pathlib
import random
import shutil
import sys
import time
from collections.abc import Sequence
from xml.sax.saxutils import escape

import torch

from face_perception.api import open_detector
from face_training.annotation.own import MODEL, Options, make_own
from face_training.annotation.start import NETWORKS
from face_training.data.load import read_samples
from face_training.data.readers.files import read_lines
from face_training.data.readers.lists import LINE
from face_training.data.structure import DataError
from face_training.evaluate import detect_all
from face_training.faults import Interrupted

PERSONS = ('dad', 'deedee', 'dexter')
COUNT = 139
LIST = 'dexter_annotations/val_annotations.txt'
CORRECTED = {('052.jpg', 'deedee'): 'dexter'}        # all 139 were looked at; this one is plainly dexter
SHARED = pathlib.Path(__file__).resolve().parents[2] / 'shared' / 'data' / 'faces'


def read_frames(path: pathlib.Path) -> dict[str, list[tuple[str, list[str]]]]:
    """Return {file: [(name, corners as written)]} of a list `file x1 y1 x2 y2 name`."""
    frames: dict[str, list[tuple[str, list[str]]]] = {}
    for match in filter(None, map(LINE.fullmatch, read_lines(path))):
        who = CORRECTED.get((match[1], match[6]), match[6])
        frames.setdefault(match[1], []).append((who, list(match.groups()[1:5])))
    return frames


def write_export(data: pathlib.Path, folder: pathlib.Path, count: int = COUNT, seed: int = 0) -> int:
    """Write `count` frames that show one of PERSONS as CVAT exports them; return how many there were to choose from.

    Taken are those that show nobody else, and others by chance as long as there are too few.
    """
    frames = {name: faces for name, faces in read_frames(data / LIST).items() if {who for who, _ in faces} & set(PERSONS)}
    for part in ('Annotations', 'JPEGImages', 'ImageSets/Main'):
        (folder / part).mkdir(parents=True)
    chance = random.Random(seed)
    order = sorted(sorted(frames), key=lambda name: (any(who not in PERSONS for who, _ in frames[name]), chance.random()))
    chosen = sorted(order[:count])
    for name in chosen:
        shutil.copyfile(data / 'dexter' / f'val_{name}', folder / 'JPEGImages' / name)
        objects = ''.join(
            f'<object><name>{escape(who)}</name><difficult>{int(who not in PERSONS)}</difficult><bndbox>' + ''.join(
                f'<{side}>{value}</{side}>' for side, value in zip(('xmin', 'ymin', 'xmax', 'ymax'), corners))
            + '</bndbox></object>\n' for who, corners in frames[name])
        (folder / 'Annotations' / name).with_suffix('.xml').write_text(
            f'<annotation>\n<filename>{escape(name)}</filename>\n{objects}</annotation>\n', encoding='utf-8')
    names = [pathlib.PurePath(name).stem for name in chosen]
    (folder / 'ImageSets' / 'Main' / 'default.txt').write_text('\n'.join(names) + '\n', encoding='utf-8')
    (folder / 'labels.txt').write_text('\n'.join(['BACKGROUND', *PERSONS]) + '\n', encoding='utf-8')
    return len(frames)


def false_positives(model: pathlib.Path, data: pathlib.Path) -> float:
    """Return how many faces a model finds on a validation picture without one."""
    samples = [sample for sample in read_samples(data / 'val.json', ('human', 'cartoon')) if not len(sample.boxes)]
    with open_detector(str(model)) as detector:
        return sum(map(len, detect_all(detector, samples))) / len(samples)


def row(values: Sequence[float], form: str) -> str:
    """Return the values and, where there are several, their mean."""
    cells = [format(value, form) for value in values]
    return ', '.join(cells) + (f'; mean {format(math.fsum(values) / len(values), form)}' if len(values) > 1 else '')


def main(arguments: list[str] | None = None) -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(prog='python -m benchmarks.own_faces', description='139 pictures of three persons.')
    parser.add_argument('out', help='folder for the export, the trainings and the models')
    parser.add_argument('--data', default=str(SHARED), metavar='FOLDER', help='with dexter/, dexter_annotations/, val.json')
    parser.add_argument('--seeds', type=lambda text: [int(part) for part in text.split(',')], default=[0, 1, 2])
    parser.add_argument('--network', choices=sorted(NETWORKS), default='slim_320')
    parser.add_argument('--frozen-base', action='store_true')
    parser.add_argument('--epochs', type=int, default=0)
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    out, data = pathlib.Path(args.out), pathlib.Path(args.data)
    results, minutes, cores, alarms = [], [], [], []
    try:
        if not (data / LIST).exists():
            raise DataError(f'{data / LIST} is missing: expected the research data beside the project, or --data')
        if not (out / 'cvat').exists():
            write_export(data, out / 'cvat')
        for seed in args.seeds:
            begin, used = time.monotonic(), time.process_time()
            name = f'{args.network}{"_frozen" * args.frozen_base}_{seed}'
            results.append(make_own(out / 'cvat', out / name, Options(
                args.network, epochs=args.epochs, frozen_base=args.frozen_base, seed=seed, device='cpu')))
            minutes.append((time.monotonic() - begin) / 60)
            cores.append((time.process_time() - used) / 60)
            alarms.append(false_positives(out / name / MODEL, data))
    except (DataError, Interrupted, ValueError, OSError) as error:
        print(f'own_faces: {error}', file=sys.stderr)
        return 1
    print(f'| {args.network}{", frozen base" * args.frozen_base} | seeds {", ".join(map(str, args.seeds))} |')
    print('| --- | --- |')
    print(f'| image accuracy | {row([each["image_accuracy"] for each in results], ".1%")} |')
    for person in PERSONS:
        print(f'| AP50 {person} | {row([each[f"ap50/{person}"] for each in results], ".3f")} |')
    print(f'| wrong name | {row([each["label_confusion"] for each in results], ".1%")} |')
    print(f'| false positives per face-free picture | {row(alarms, ".3f")} |')
    print(f'| minutes | {row(minutes, ".1f")} |')
    print(f'| minutes of one core | {row(cores, ".1f")} |')
    return 0


if __name__ == '__main__':
    sys.exit(main())
