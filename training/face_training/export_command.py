# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-training export."""
import argparse
import pathlib

import cv2

from .export import export
from .landmarks.commands import export_command as export_landmark_run
from .landmarks.commands import is_landmark_model
from .networks import build
from .train import average_nets, load_run


def export_command(args: argparse.Namespace) -> int:
    """Write the averaged network of a run as a model folder."""
    if is_landmark_model(args.run):
        return export_landmark_run(args)
    if args.reference_box:
        raise ValueError('--reference-box is for landmark networks')
    net, config = load_run(args.run, args.checkpoint)
    if args.average:
        other = pathlib.Path(args.average)
        average_nets(net, load_run(other, args.checkpoint)[0] if other.is_dir()
                     else build(config.model.network, len(config.data.labels), other), share=args.share)
    reference = None
    if args.reference:
        reference = cv2.imread(args.reference, cv2.IMREAD_COLOR)
        if reference is None:
            raise ValueError(f'--reference {args.reference} cannot be read as an image')
    worst = export(net, config, args.folder, reference=reference)
    print(f'{args.folder}: torch and ONNX Runtime differ by at most {worst:.1e}')
    if args.check:
        from .tensorrt_check import compile_onnx
        made = compile_onnx(pathlib.Path(args.folder) / 'model.onnx')
        print(f'{args.folder}: TensorRT for RTX {made.version} compiles it: {made.layers} layers, {made.plan_bytes} bytes')
    return 0
