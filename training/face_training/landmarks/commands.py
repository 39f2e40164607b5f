# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The commands train, evaluate and export for landmark networks, and compare-landmarks."""
import argparse
import json
import pathlib
import shlex
import sys

import cv2

from face_perception.models.spec import LandmarkSpec, SpecError, read_spec
from face_perception.models.store import ModelNotFound, find_model

from ..evaluate import table, write_proof
from .compare import compare
from .config import is_landmark_yaml, read_landmark_config
from .evaluate import detected_boxes, evaluate_landmarks, judged_faces, open_any
from .export import export_landmarks
from .train import load_landmark_run, train_landmarks


def is_landmark_model(model: str) -> bool:
    """Tell whether a run folder, a model folder or a model's name is one of landmarks; False for what is none at all."""
    config = pathlib.Path(model) / 'config.yaml'
    if config.exists():
        return is_landmark_yaml(config)
    try:
        return isinstance(read_spec(find_model(model)), LandmarkSpec)
    except (ModelNotFound, SpecError):
        return False


def train_command(args: argparse.Namespace) -> int:
    """Train a landmark network."""
    if args.devices * args.nodes > 1:
        raise ValueError('a landmark network trains on one device of one machine: expected no --devices and --nodes')
    run = args.run or pathlib.Path('runs') / pathlib.Path(args.config).stem
    print(train_landmarks(read_landmark_config(args.config, args.set), run, args.resume, args.device))
    return 0


def evaluate_command(args: argparse.Namespace) -> int:
    """Print the figures of a landmark network."""
    if args.wider or args.source or args.tilt or args.checkpoint != 'last':
        raise ValueError('landmark networks are judged without --wider, --source, --tilt and --checkpoint')
    is_run = (pathlib.Path(args.model) / 'config.yaml').exists()
    if not args.data and not is_run:
        raise ValueError('a model folder does not know its data: add --data with labelled points')
    data = args.data or read_landmark_config(pathlib.Path(args.model) / 'config.yaml').data.val
    with open_any(args.model, args.backend) as finder:
        faces = judged_faces(data)
        values = evaluate_landmarks(finder, faces, detected_boxes(args.boxes, faces) if args.boxes else None)
    print(table(values))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(values, indent=2) + '\n', encoding='utf-8')
    if args.write_proof:
        write_proof(find_model(args.into or args.model), values, args.write_proof)
    return 0


def export_command(args: argparse.Namespace) -> int:
    """Write a run of a landmark network as a model folder."""
    if args.average or args.checkpoint != 'last':
        raise ValueError('a landmark network is exported without --average and --checkpoint')
    net, config = load_landmark_run(args.run)
    reference = None
    if args.reference:
        image = cv2.imread(args.reference, cv2.IMREAD_COLOR)
        if image is None or not args.reference_box:
            raise ValueError(f'--reference {args.reference}: expected an image, and --reference-box with the face in it')
        reference = image, args.reference_box
    worst = export_landmarks(net, config, args.folder, reference=reference)
    print(f'{args.folder}: torch and ONNX Runtime differ by at most {worst:.1e}')
    if args.check:
        from ..tensorrt_check import compile_onnx
        for path in sorted(pathlib.Path(args.folder).glob('*.onnx')):
            made = compile_onnx(path)
            print(f'{path}: TensorRT for RTX {made.version} compiles it: {made.layers} layers, {made.plan_bytes} bytes')
    return 0


def compare_command(args: argparse.Namespace) -> int:
    """Compare landmark networks."""
    words = ['face-training', *(sys.argv[1:] if args.arguments is None else args.arguments)]
    print(compare(args.model, args.data, args.out, args.boxes, args.rounds, args.worst, shlex.join(words)))
    print(f'{args.out}: gallery.html, comparison.json and curves', file=sys.stderr)
    return 0
