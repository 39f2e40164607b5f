# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The whole way from an export of CVAT to a model folder, on drawn faces of three persons."""
import json
import pathlib
import shlex
import shutil

import cv2
import numpy as np
import pytest

from face_perception.cli.main import main as face_perception
from face_training.__main__ import main
from face_training.annotation.own import quoted

COLOURS = {'dad': (60, 60, 220), 'dee dee': (80, 220, 240), 'dexter': (40, 140, 250)}       # of hair, BGR


def draw(folder, count, corrupt=0):
    """Write a VOC folder as CVAT does; each picture has one face: a head with hair."""
    rng = np.random.default_rng(0)
    for part in ('Annotations', 'JPEGImages', 'ImageSets/Main'):
        (folder / part).mkdir(parents=True)
    for number in range(count):
        label = list(COLOURS)[number % 3]
        picture = cv2.resize(rng.integers(60, 140, (6, 8, 3), np.uint8), (320, 240), interpolation=cv2.INTER_CUBIC)
        side = int(rng.integers(60, 100))
        left, top = int(rng.integers(0, 320 - side)), int(rng.integers(0, 240 - side))
        middle = (left + side // 2, top + side // 2)
        cv2.circle(picture, middle, side // 2, COLOURS[label], -1)
        cv2.circle(picture, (middle[0], middle[1] + side // 8), side * 3 // 8, (170, 190, 235), -1)
        for eye in (-1, 1):
            cv2.circle(picture, (middle[0] + eye * side // 8, middle[1]), side // 16, (20, 20, 20), -1)
        cv2.imwrite(str(folder / 'JPEGImages' / f'{number:04}.jpg'), picture)
        (folder / 'Annotations' / f'{number:04}.xml').write_text(
            f'<annotation><filename>{number:04}.jpg</filename><object><name>{label}</name><bndbox><xmin>{left}</xmin><ymin>'
            f'{top}</ymin><xmax>{left + side}</xmax><ymax>{top + side}</ymax></bndbox></object></annotation>')
    if corrupt:
        (folder / 'JPEGImages' / f'{corrupt:04}.jpg').write_bytes(b'\xff\xd8\xff')
    (folder / 'ImageSets' / 'Main' / 'default.txt').write_text(''.join(f'{number:04}\n' for number in range(count)))
    (folder / 'labels.txt').write_text('BACKGROUND\r\n\r\ndad\r\ndee dee\r\ndexter\r\nmom\r\n')


@pytest.fixture(scope='module')
def export(tmp_path_factory):
    """Sixteen pictures, one of them corrupt."""
    folder = tmp_path_factory.mktemp('cvat')
    draw(folder, 16, corrupt=5)
    return folder


def test_nothing_to_train_on_is_one_sentence(tmp_path, capsys):
    draw(tmp_path / 'few', 6)
    assert main(['own', str(tmp_path / 'few'), '--out', str(tmp_path / 'out')]) == 2
    assert '5 pictures to learn from are too few, expected 8 at least' in capsys.readouterr().err
    (tmp_path / 'empty').mkdir()
    assert main(['own', str(tmp_path / 'empty'), '--out', str(tmp_path / 'out')]) == 2
    assert 'without labels that are known' in capsys.readouterr().err


def test_one_command_makes_a_model_that_the_robot_runs(export, tmp_path, capsys):
    """From a zip with a folder in it, a corrupt picture and a label that nobody has; a second call has nothing to do."""
    data = shutil.make_archive(str(tmp_path / 'my faces'), 'zip', export.parent, export.name)
    out = tmp_path / 'the result'
    call = ['own', data, '--out', str(out), '--epochs', '2', '--device', 'cpu']
    assert main(call) == 0
    said = capsys.readouterr().err
    assert 'fault: image JPEGImages/0005.jpg: ' in said and '16 pictures, 15 are used, 1 have faults' in said
    assert 'warning: nothing shows mom' in said and '12 pictures to learn, 3 to judge: dad ' in said
    assert (out / 'labels.txt').read_text() == 'dad\ndee dee\ndexter\n'
    model = json.loads((out / 'model' / 'model.json').read_text())
    assert model['labels'] == ['dad', 'dee dee', 'dexter'] and model['name'] == 'the result'
    assert 'image_accuracy' in model['proof']['figures'] and 'ap50/dad' in model['proof']['figures']
    launch, = [line for line in said.splitlines() if 'ros2 launch' in line]
    folder = pathlib.Path(shlex.split(launch)[-1].partition(':=')[2])
    assert folder == (out / 'model').resolve()
    assert face_perception(['check-model', str(folder)]) == 0
    steps = (out / 'run' / 'metrics.csv').read_text()
    assert main(call) == 0 and (out / 'run' / 'metrics.csv').read_text() == steps
    assert main([*call, '--seed', '1']) == 2
    assert 'holds a training with another schedule.seed: give the same data' in capsys.readouterr().err


def test_another_network_trains_its_heads_on_the_weights_of_a_former_model(export, tmp_path):
    out = tmp_path / 'heads'
    assert main(['own', str(export), '--out', str(out), '--epochs', '1', '--frozen-base', '--device', 'cpu', '--group', '',
                 '--weights', str(pathlib.Path(__file__).parents[3] / 'models' / 'slim_320' / 'weights.safetensors')]) == 0
    from face_training.networks.base import read_weights
    start, end = read_weights(out / 'start.safetensors'), read_weights(out / 'model' / 'weights.safetensors')
    assert all(np.array_equal(start[name], end[name]) for name in start if name.startswith('base_net'))
    assert not np.array_equal(start['regression_headers.0.2.weight'], end['regression_headers.0.2.weight'])


def test_a_label_that_labels_txt_lacks_stops_it(export, tmp_path, capsys):
    shutil.copytree(export, tmp_path / 'data')
    (tmp_path / 'data' / 'labels.txt').write_text('dad\ndexter\n')
    assert main(['own', str(tmp_path / 'data'), '--out', str(tmp_path / 'out')]) == 2
    assert "Annotations/0001.xml:1: the label 'dee dee' is not in labels.txt" in capsys.readouterr().err


@pytest.mark.parametrize('options, words', [
    (['--group', '('], 'is no regular expression'), (['--val', '1.5'], 'expected --val within 0..1'),
    (['--weights', 'none.safetensors'], 'none.safetensors is missing')])
def test_wrong_options_are_one_sentence(export, tmp_path, capsys, options, words):
    assert main(['own', str(export), '--out', str(tmp_path), *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize('path, text', [('/a/b-1.c', '/a/b-1.c'), ("/my o'wn", "'/my o'\\''wn'")])
def test_paths_are_quoted_for_a_shell(path, text):
    assert quoted(pathlib.Path(path)) == text and shlex.split(text) == [path]
