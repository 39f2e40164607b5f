# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-training study mtcnn: every figure and plot of docs/studies/mtcnn.md."""
import argparse
import logging
import pathlib

import torch

from .report import draw, tables, write_page
from .study import Study

HELP = 'the fifth work: a pre-trained MTCNN against one fine-tuned on a cartoon show'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the study takes."""
    parser.add_argument('--data', default='../../shared/data', help='the research data (default: %(default)s)')
    parser.add_argument('--out', default='runs/mtcnn', help='folder for weights, predictions and figures; a run that was '
                                                            'stopped goes on (default: %(default)s)')
    parser.add_argument('--page', help='a Markdown page whose tables are renewed; plots are written beside it')
    parser.add_argument('--seed', type=int, default=0, help='default: %(default)s')
    parser.add_argument('--epochs', type=float, default=1.0, metavar='TIMES',
                        help='multiply the epochs of every training by this (default: %(default)s)')
    parser.add_argument('--threads', type=int, default=1, help='CPU threads of torch (default: %(default)s)')


def run(args: argparse.Namespace) -> int:
    """Run the study and print its tables."""
    logging.basicConfig(level=logging.INFO, format='%(message)s')
    torch.set_num_threads(args.threads)
    study = Study(pathlib.Path(args.data), pathlib.Path(args.out), args.seed, args.epochs)
    results = study.run()
    draw(study, results, pathlib.Path(args.page).parent if args.page else pathlib.Path(args.out))
    if args.page:
        write_page(pathlib.Path(args.page), results)
    print('\n\n'.join(table.markdown() for table in tables(results)))
    return 0
