# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The command line itself: help, version, wrong calls, and errors in one line."""
import os
import subprocess
import sys

import blob_model
import cv2
import pytest

import face_perception
from face_perception.cli.main import COMMANDS, main


def status_of(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return caught.value.code


def test_nothing_is_a_wrong_call(capsys):
    assert status_of([]) == 2
    assert 'COMMAND' in capsys.readouterr().err


def test_help_names_every_command(capsys):
    assert status_of(['--help']) == 0
    words = capsys.readouterr().out
    for name, module in COMMANDS.items():
        assert name in words and module.HELP in words
        assert status_of([name, '--help']) == 0


def test_version(capsys):
    assert status_of(['--version']) == 0
    assert face_perception.__version__ in capsys.readouterr().out


@pytest.mark.parametrize('arguments, words', [
    (['dance'], 'dance'), (['detect'], 'PATH'),
    (['detect', 'a.jpg', '--score-threshold', '2'], 'from 0 to 1'),
    (['detect', 'a.jpg', '--threads', '0'], '1 or more'), (['check-model'], 'NAME_OR_FOLDER')])
def test_a_wrong_call_is_explained(arguments, words, capsys):
    assert status_of(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_model_that_is_not_there(capsys):
    assert main(['detect', '--model', 'no_such_model', 'a.jpg']) == 2
    words = capsys.readouterr().err
    assert words.startswith("face-perception: no model 'no_such_model'") and words.count('\n') == 1


def test_a_model_that_is_broken(tmp_path, capsys):
    (tmp_path / 'model.json').write_text('{')
    assert main(['detect', '--model', str(tmp_path), 'a.jpg']) == 2
    assert 'model.json is not JSON' in capsys.readouterr().err


def test_an_engine_that_is_not_installed(tmp_path):
    model = blob_model.write_blob_model(tmp_path)
    code = ("import sys; sys.modules['onnxruntime'] = None\n"
            'from face_perception.cli.main import main\n'
            "sys.exit(main(['detect', '--model', {!r}, '--backend', 'onnxruntime', 'a.jpg']))".format(model))
    process = subprocess.Popen([sys.executable, '-c', code], stderr=subprocess.PIPE)
    words = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2
    assert 'pip install onnxruntime' in words and 'Traceback' not in words


def test_auto_says_once_on_stderr_what_runs_and_why(tmp_path):
    model = blob_model.write_blob_model(tmp_path)
    image = tmp_path / 'blank.png'
    cv2.imwrite(str(image), blob_model.blob_image(320, 240))
    code = ("import sys; sys.modules['onnxruntime'] = sys.modules['tensorrt'] = None\n"
            'from face_perception.cli.main import main\n'
            "sys.exit(main(['detect', '--model', {!r}, {!r}]))".format(model, str(image)))
    process = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, words = (each.decode() for each in process.communicate(timeout=60))
    assert process.returncode == 0 and out.count('no face') == 1
    line, = [line for line in words.splitlines() if 'Backend auto' in line]
    assert line.startswith('face-perception: Backend auto: opencv_dnn {} on cpu, as these'.format(cv2.__version__))
    assert 'onnxruntime' in line and 'pip install onnxruntime' in line


def test_it_needs_no_ros():
    """With every ROS package hidden, the command line still loads."""
    code = ("import sys\n"
            "for name in ('rclpy', 'sensor_msgs', 'vision_msgs', 'ament_index_python'):\n"
            '    sys.modules[name] = None\n'
            'from face_perception.cli.main import main\n'
            "main(['--version'])")
    assert subprocess.call([sys.executable, '-c', code], stdout=subprocess.DEVNULL, env=dict(os.environ)) == 0
