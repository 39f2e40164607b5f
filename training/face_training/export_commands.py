# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What makes files of a run: prune, export, reduce."""
import argparse
import pathlib
import sys
from typing import Any


def add_export_commands(commands: Any) -> None:
    """Add prune, export and reduce to the commands of face-training."""
    command = commands.add_parser('prune', help='take channels out of a run; fine-tune it with train afterwards')
    command.add_argument('run', help='run folder of slim or rfb')
    command.add_argument('folder', help='where weights.safetensors and config.yaml go')
    command.add_argument('--share', type=float, default=0.3, help='of the channels of each layer (default: %(default)s)')
    command.add_argument('--checkpoint', choices=['last', 'best'], default='last')
    command.set_defaults(run_command=run_prune)

    command = commands.add_parser('export', help='write a run as a model folder')
    command.add_argument('run', help='run folder')
    command.add_argument('folder', help='model folder to write, e.g. ../models/slim_320')
    command.add_argument('--checkpoint', choices=['last', 'best'], default='last')
    command.add_argument('--check', action='store_true',
                         help="compile it with NVIDIA's parser and builder as well (on a CPU; needs tensorrt_rtx)")
    command.add_argument('--average', metavar='RUN',
                         help='the mean of its weights and those of another run or safetensors file, this one as config')
    command.add_argument('--share', type=float, metavar='0..1',
                         help='weight of this run in the mean; default: the same as the other')
    command.add_argument('--reference', metavar='IMAGE',
                         help='picture that travels with the model, with what is found on it')
    command.add_argument('--reference-box', type=box, metavar='LEFT,TOP,WIDTH,HEIGHT',
                         help='of a landmark network: the face in that picture')
    command.set_defaults(run_command=run_export)

    command = commands.add_parser('reduce', help='add a file of fp16 or int8 to a model, for TensorRT 11')
    command.add_argument('model', help='model folder or name')
    command.add_argument('--precision', choices=['fp16', 'int8'], required=True)
    command.add_argument('--pictures', metavar='FOLDER', help='int8: pictures such as the robot sees')
    command.set_defaults(run_command=run_reduce)


def run_prune(args: argparse.Namespace) -> int:
    """Take channels out of the network of a run."""
    from .prune import write_pruned
    from .train import load_run
    print(write_pruned(*load_run(args.run, args.checkpoint), args.folder, args.share))
    print(f'now: face-training train {args.folder}/config.yaml --run RUN', file=sys.stderr)
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write the averaged network of a run as a model folder."""
    import cv2

    from .export import export
    from .landmarks.commands import export_command, is_landmark_model
    from .networks import build
    from .train import average_nets, load_run
    if is_landmark_model(args.run):
        return export_command(args)
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


def run_reduce(args: argparse.Namespace) -> int:
    """Add a network file of a lower precision to a model folder."""
    from face_perception.models.store import find_model

    from .reduced import read_pictures, reduce
    print(reduce(find_model(args.model), args.precision, read_pictures(args.pictures) if args.pictures else ()))
    return 0


def box(text: str) -> tuple[float, ...]:
    """Parse a box: left, top, width and height in pixels, with commas between."""
    left, top, width, height = (float(part) for part in text.split(','))
    return left, top, width, height
