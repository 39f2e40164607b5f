# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception check-params: what the nodes would not take of a parameter file."""
import pathlib

import pytest

from face_perception.cli.check_params import ParameterFileError, check
from face_perception.cli.main import main

pytest.importorskip('yaml', reason='needs PyYAML')

CONFIG = pathlib.Path(__file__).resolve().parents[2] / 'config'


def node(name, **parameters):
    return {name: {'ros__parameters': parameters}}


def test_no_parameters_and_our_own_files_are_taken(capsys):
    assert check(node('detector_node')) == []
    files = sorted(CONFIG.glob('*.yaml'))
    assert main(['check-params'] + [str(path) for path in files]) == 0
    assert capsys.readouterr().out.count('all parameters are taken') == len(files) > 3


@pytest.mark.parametrize('content, words, why', [
    (node('detector_node', score_treshold=0.5), ['no parameter score_treshold; did you mean score_threshold?'], 'a slip'),
    (node('/left/camera_node', image_width=640), ['no parameter image_width; did you mean width?'], 'of another driver'),
    (node('/**', camera='0', model='m', use_sim_time=True), [], 'for all nodes, of which some take each'),
    (node('/**', loud=1), ['no parameter loud'], 'which none takes'),
    ({'left': node('detector_node', tiles=9)}, ['left/detector_node: Parameter tiles must be 1 to 4, got 9'], 'nested'),
    (node('camera_node', fps=15, camera=0), [], 'integers for a float and for a text that may be one'),
    (node('camera_node', frame_id=3), ['frame_id must be a text'], 'a number for another text'),
    (node('detector_node', resize='crop'), ['resize must be stretch or letterbox'], 'not a choice'),
    (node('overlay_node', qos_overrides={'/image': {'subscription': {'depth': 3}}}), [], "rclpy's own, nested"),
    (node('usb_cam', fps=1), ['no node of face_perception has this name'], 'a node of somebody else'),
])
def test_what_is_not_taken_is_named(content, words, why):
    problems = check(content)
    assert len(problems) == len(words), why
    for problem, word in zip(problems, words):
        assert word in problem, why


@pytest.mark.parametrize('content', [None, [], 'text', {'a': 1}, {'ros__parameters': {'a': 1}},
                                     {'camera_node': {'ros__parameters': [1]}}, {'camera_node': {}}])
def test_what_rcl_would_refuse_is_refused(content):
    with pytest.raises(ParameterFileError):
        check(content)


def test_statuses_and_streams(tmp_path, capsys):
    (tmp_path / 'slip.yaml').write_text('/**/camera_node:\n  ros__parameters:\n    lop: true\n')
    assert main(['check-params', str(tmp_path / 'slip.yaml')]) == 1
    assert 'did you mean loop?' in capsys.readouterr().out
    (tmp_path / 'bad.yaml').write_text('a: [b')
    assert main(['check-params', str(tmp_path / 'bad.yaml'), str(tmp_path / 'absent.yaml')]) == 2
    said = capsys.readouterr().err
    assert 'it is no yaml' in said and 'absent.yaml' in said and 'Traceback' not in said
