# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of training: from data to a model folder that was judged."""
import argparse
import json
import pathlib
import shlex
import sys

from face_perception.models.store import ModelNotFound

from .annotation.commands import add_commands
from .annotation.own_command import add_own
from .export_commands import add_export_commands
from .faults import Interrupted, TrainingError


def run_check(args: argparse.Namespace) -> int:
    """Open every picture and box of data sets and name what is wrong."""
    import tempfile

    from .data.archive import unpacked
    with tempfile.TemporaryDirectory() as scratch:
        return check_all([unpacked(path, pathlib.Path(scratch, str(number))) for number, path in enumerate(args.data)],
                         args.data, args.duplicates)


def check_all(places: list[pathlib.Path], names: list[str], duplicates: int | None) -> int:
    """Check data sets; names: as the user calls them."""
    from .data.check import check
    from .data.duplicates import near_duplicates
    bad = 0
    for path, name in zip(places, names, strict=True):
        findings = check(path)
        for finding in findings:
            print(finding)
        faults = sum(finding.severity == 'fault' for finding in findings)
        bad += faults
        print(f'{faults} faults and {len(findings) - faults} warnings in {name}')
    if duplicates is not None and not bad:
        found = near_duplicates(places, duplicates)
        for pair in found:
            print(f'warning: {pair}')
        print(f'{len(found)} pairs of near-duplicates, {sum(pair.across for pair in found)} of them between files')
    return 1 if bad else 0


def run_train(args: argparse.Namespace) -> int:
    """Train the model of a yaml."""
    from .config import read_config
    from .landmarks.config import is_landmark_yaml
    if is_landmark_yaml(args.config):
        from .landmarks.commands import train_command
        return train_command(args)
    from .train import train
    config = read_config(args.config, args.set)
    run = args.run or pathlib.Path('runs') / pathlib.Path(args.config).stem
    print(train(config, run, args.resume, args.device, args.devices, args.nodes))
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """Print the figures of a model folder, or of a run folder, on a data set or on WIDER FACE."""
    from face_perception.models.store import find_model

    from .data.load import read_samples
    from .evaluate import evaluate_model, evaluate_net, table, write_proof
    from .landmarks.commands import evaluate_command, is_landmark_model
    if is_landmark_model(args.model):
        return evaluate_command(args)
    if args.boxes:
        raise ValueError('--boxes is for landmark networks')
    if args.wider:
        from .wider.evaluate import evaluate_wider
        if args.data or args.source or args.tilt or args.backend != 'onnxruntime' or args.checkpoint != 'last':
            raise ValueError('--wider has pictures and a protocol of its own: expected no --data, --source, --tilt, '
                             '--backend or --checkpoint beside it')
        values = evaluate_wider(args.model, args.wider)
    elif (pathlib.Path(args.model) / 'config.yaml').exists():
        from .train import load_run
        net, config = load_run(args.model, args.checkpoint)
        samples = read_samples(args.data or config.data.val, config.data.labels)
        values = evaluate_net(net, config, [s for s in samples if not args.source or s.source in args.source])
    else:
        if not (pathlib.Path(args.model) / 'model.json').exists() and '/' in args.model:
            raise ValueError(f'{args.model}: no such run folder or model folder; train leaves a run folder')
        if not args.data:
            raise ValueError('a model folder does not know its data: add --data with a data set, or --wider')
        values = evaluate_model(args.model, args.data, args.backend, args.source, args.tilt)
    print(table(values))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(values, indent=2) + '\n', encoding='utf-8')
    if args.write_proof:
        write_proof(find_model(args.into or args.model), values, args.write_proof)
    return 0


def run_compare(args: argparse.Namespace) -> int:
    """Compare detectors on the same pictures."""
    from .compare.command import compare
    words = ['face-training', *(sys.argv[1:] if args.arguments is None else args.arguments)]
    print(compare(args.model, args.data, args.out, args.pretrained, args.peers, args.rounds, args.worst, shlex.join(words)))
    print(f'{args.out}: gallery.html, comparison.json and curves', file=sys.stderr)
    return 0


def run_compare_landmarks(args: argparse.Namespace) -> int:
    """Compare landmark networks on the same faces."""
    from .landmarks.commands import compare_command
    return compare_command(args)


def run_leave_one_out(args: argparse.Namespace) -> int:
    """Train without each show in turn and print what each network sees of it."""
    from .compare.command import without_nan
    from .config import read_config
    from .leave_one_out import SHOWS, leave_one_out, table
    folder = pathlib.Path(args.run or pathlib.Path('runs') / f'{pathlib.Path(args.config).stem}_leave_one_out')
    result = leave_one_out(read_config(args.config, args.set), folder, args.show or SHOWS, args.device)
    print(table(result))
    (folder / 'leave_one_out.json').write_text(json.dumps(without_nan(result), indent=2) + '\n', encoding='utf-8')
    return 0


def run_cost(args: argparse.Namespace) -> int:
    """Print what every network costs, or EXTD in each form."""
    from .cost import cost_table, extd_table
    print(extd_table() if args.extd else cost_table())
    return 0


def run_study(args: argparse.Namespace) -> int:
    """Run a study of the folder `studies`."""
    from .study import run_study
    return run_study(args.name, args.rest)


def angles(text: str) -> tuple[float, ...]:
    """Parse angles in degrees, with commas between."""
    return tuple(float(part) for part in text.split(','))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog='face-training', description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)

    command = commands.add_parser('check', help='name what is wrong in a data set')
    command.add_argument('data', nargs='+', help='COCO json, folder of Pascal VOC, COCO, YOLO or WIDER FACE, csv of '
                                                 'iCartoonFace or list of boxes; several, such as train and val, to compare '
                                                 'them as well')
    command.add_argument('--duplicates', type=int, nargs='?', const=6, metavar='BITS',
                         help='name pictures that are nearly the same, within and between data sets: those whose perceptual '
                              'hashes differ in at most BITS of 64 (%(const)s)')
    command.set_defaults(run_command=run_check)

    command = commands.add_parser('train', help='train the model of a yaml')
    command.add_argument('config', help='yaml, see configs/')
    command.add_argument('--run', help='run folder (default: runs/<name of the yaml>)')
    command.add_argument('--resume', choices=['auto', 'changed'],
                         help='go on with the run folder where it holds a checkpoint; changed: under another config too')
    command.add_argument('--device', default='auto', help='auto, cpu or gpu (default: %(default)s)')
    command.add_argument('--devices', type=int, default=1, help='GPUs of a machine, a process each (default: %(default)s)')
    command.add_argument('--nodes', type=int, default=1, help='machines (default: %(default)s)')
    command.add_argument('--set', action='append', default=[], metavar='SECTION.KEY=VALUE',
                         help='override a value of the yaml; may be given again; stages.NAME.SECTION.KEY=VALUE is for one '
                              'stage, stages=[] trains the first part alone')
    command.set_defaults(run_command=run_train)

    command = commands.add_parser('evaluate', help='print the figures of a model or run')
    command.add_argument('model', help='model folder or name, or run folder; with --wider also published weights as compare '
                                       '--pretrained takes them')
    command.add_argument('--data', help='data set, as of check; a run folder knows its own')
    command.add_argument('--wider', metavar='FOLDER',
                         help='easy, medium and hard AP of WIDER FACE instead; FOLDER holds its unpacked archives '
                              'WIDER_val, wider_face_split and eval_tools')
    command.add_argument('--source', action='append', default=[], help='only this source; may be given again')
    command.add_argument('--backend', default='onnxruntime', help='backend of a model folder (default: %(default)s)')
    command.add_argument('--checkpoint', choices=['last', 'best'], default='last', help='of a run folder')
    command.add_argument('--tilt', type=angles, default=(), metavar='DEGREES',
                         help='recall of people on turned pictures too, e.g. 0,15,30,45 (of a model folder)')
    command.add_argument('--boxes', default='', metavar='MODEL',
                         help='of a landmark network: also on the boxes that this detection model gives')
    command.add_argument('--json', help='write the figures there as well')
    command.add_argument('--write-proof', nargs='?', const='figures', metavar='PLACE',
                         help='put the figures into the proof of the model.json, e.g. as leave_one_show_out/scooby '
                              '(default: %(const)s)')
    command.add_argument('--into', metavar='MODEL', help='model whose proof is meant (default: the one evaluated)')
    command.set_defaults(run_command=run_evaluate)

    command = commands.add_parser('compare', help='tables, curves and a gallery of several detectors')
    command.add_argument('model', nargs='+', help='model folder or name, or run folder')
    command.add_argument('--data', required=True, help='data set, as of check')
    command.add_argument('--out', required=True, metavar='FOLDER', help='where comparison.json, curves and gallery.html go')
    command.add_argument('--pretrained', action='append', default=[], metavar='NAME=NETWORK:WIDTHxHEIGHT:FILE',
                         help='published weights with one label; may be given again')
    command.add_argument('--peers', metavar='FOLDER', help='detectors of other projects: yunet, ulfg, retinaface, blazeface')
    command.add_argument('--rounds', type=int, default=5, help='of the latency; 0 leaves it out (default: %(default)s)')
    command.add_argument('--worst', type=int, default=24, help='pictures of a model in the gallery (default: %(default)s)')
    command.set_defaults(run_command=run_compare)

    command = commands.add_parser('compare-landmarks', help='table, curves and a gallery of several landmark networks')
    command.add_argument('model', nargs='+', help='model folder or name, or run folder')
    command.add_argument('--data', required=True, help='labelled points: COCO keypoints, MTFL text, csv or a folder of .pts')
    command.add_argument('--out', required=True, metavar='FOLDER', help='where comparison.json, curves and gallery.html go')
    command.add_argument('--boxes', default='', metavar='MODEL', help='also on the boxes that this detection model gives')
    command.add_argument('--rounds', type=int, default=20, help='of the latency; 0 leaves it out (default: %(default)s)')
    command.add_argument('--worst', type=int, default=16, help='faces of a network in the gallery (default: %(default)s)')
    command.set_defaults(run_command=run_compare_landmarks)

    command = commands.add_parser('leave-one-out', help='train without each show in turn, judge on it')
    command.add_argument('config', help='yaml, see configs/')
    command.add_argument('--run', help='folder of the run folders (default: runs/<yaml>_leave_one_out)')
    command.add_argument('--show', action='append', default=[], metavar='SOURCE[+SOURCE]',
                         help='`source` of images in the json; may be given again (default: the four shows of our data)')
    command.add_argument('--device', default='auto', help='auto, cpu or gpu (default: %(default)s)')
    command.add_argument('--set', action='append', default=[], metavar='SECTION.KEY=VALUE', help='as of train')
    command.set_defaults(run_command=run_leave_one_out)

    command = commands.add_parser('cost', help='print parameters and multiply-adds of every network')
    command.add_argument('--extd', action='store_true', help='of EXTD alone, in each form, width and activation')
    command.set_defaults(run_command=run_cost)

    add_export_commands(commands)

    command = commands.add_parser('study', help='answer a question that was asked once, such as: study mtcnn')
    command.add_argument('name', help='a folder of training/studies')
    command.add_argument('rest', nargs=argparse.REMAINDER, metavar='...', help='of the study; --help shows it')
    command.set_defaults(run_command=run_study)

    add_commands(commands)
    add_own(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    args = make_parser().parse_args(arguments, argparse.Namespace(arguments=arguments))
    try:
        return args.run_command(args)
    except Interrupted as end:
        print(f'face-training {args.command}: {end}', file=sys.stderr)
        return 0
    except TrainingError as error:
        print(f'face-training {args.command}: {error}', file=sys.stderr)
        return 1
    except (ValueError, OSError, RuntimeError, ModelNotFound) as error:
        print(f'face-training {args.command}: {error}', file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
