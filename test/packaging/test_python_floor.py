# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The runtime in real Pythons from 3.6 to 3.13, each with packages of its time.

Covered: every module without ROS is imported, the launch files and setup.py run, the command line finds the faces of a
real picture, and in 3.6 the unit tests of the layers that a robot runs pass, with the oldest and the newest numpy and
OpenCV that it has.
Not covered: rclpy in 3.6, of which there are no wheels (docs/rclpy_humble.md), and NVIDIA's libraries.
"""
import json
import subprocess
import sys

import numpy as np
import pytest
from pythons import ROOT, clean_environ, environment, find_python

from face_perception.models.spec import read_spec

# The first run downloads and installs packages for seven environments.
pytestmark = pytest.mark.timeout(1800)

MODEL = ROOT / 'models' / 'slim_320'
OLDEST = ('3.6', ('numpy==1.13.3', 'opencv-python-headless==4.1.2.30', 'pytest==7.0.1'))
NEWEST = ('3.6', ('numpy==1.19.5', 'opencv-python-headless==4.6.0.66', 'onnxruntime==1.10.0', 'pytest==7.0.1'))
OTHERS = (
    ('3.8', ('numpy==1.24.4', 'opencv-python-headless==4.9.0.80', 'onnxruntime==1.19.2')),
    ('3.10', ('numpy==1.26.4', 'opencv-python-headless==4.10.0.84', 'onnxruntime==1.23.2')),
    ('3.11', ('numpy==2.2.6', 'opencv-python-headless==4.12.0.88', 'onnxruntime==1.31.1')),
    ('3.12', ('numpy==2.2.6', 'opencv-python-headless==4.12.0.88', 'onnxruntime==1.31.1')),
    ('3.13', ('numpy==2.4.6', 'opencv-python-headless==5.0.0.93', 'onnxruntime==1.31.1')),
)
PYTHONS = [pytest.param(each, id='{}-{}'.format(each[0], each[1][0])) for each in (OLDEST, NEWEST) + OTHERS]

# Everything but the modules that need ROS, and how many those are.
IMPORT_ALL = """
import importlib, pkgutil, face_perception
count, of_ros = 0, set()
for module in pkgutil.walk_packages(face_perception.__path__, 'face_perception.'):
    try:
        importlib.import_module(module.name)
        count += 1
    except ImportError as error:
        top = (error.name or '').split('.')[0]
        assert top in ('rclpy', 'ament_index_python', 'yaml') or top.endswith(('_msgs', '_srvs', '_interfaces')), (
            module.name, error)
        of_ros.add(module.name.split('.')[1])
assert count > 50 and of_ros <= {'ros', 'nodes', 'cli', 'cameras'}, (count, of_ros)
"""
SUITES = ('test/core', 'test/models', 'test/media', 'test/pipeline', 'test/launch/test_launch_files.py',
          'test/packaging/test_manifest.py', 'test/backends/test_base.py', 'test/backends/test_fake.py')
# What an OpenCV or a numpy of that time does otherwise; the package says so where it matters.
NOT_THERE = {
    OLDEST: ('test_the_size_stands_in_the_header[.jp2]', 'test_all_pages_of_a_tiff', 'test_frames_that_cannot_be_decoded',
             'test_examples'),
    NEWEST: ('test_all_pages_of_a_tiff', 'test_examples'),
}


def run(command):
    """Run in an environment without ROS; return what it prints."""
    done = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environ())
    assert done.returncode == 0, done.stdout.decode()[-3000:] + done.stderr.decode()[-3000:]
    return done.stdout.decode()


@pytest.fixture(scope='module', params=PYTHONS)
def each(request):
    """(the environment's python, its pins)."""
    return environment(*request.param), request.param


def test_every_module_without_ros_is_imported(each):
    run([each[0], '-c', IMPORT_ALL])


def test_the_command_line_finds_the_faces_of_a_real_picture(each):
    python, (_, pins) = each
    backends = ['opencv_dnn'] + ['onnxruntime'] * any(pin.startswith('onnxruntime') for pin in pins)
    for backend in backends + ['auto']:
        entry, = json.loads(run([python, '-m', 'face_perception.cli.main', 'detect', '--backend', backend, '--json', '-',
                                 str(MODEL / 'reference.png')]))
        expected = read_spec(str(MODEL)).proof['reference']['detections']
        assert [face['label'] for face in entry['detections']] == [face['label'] for face in expected], backend
        np.testing.assert_allclose([face['score'] for face in entry['detections']],
                                   [face['score'] for face in expected], atol=2e-3)
        np.testing.assert_allclose([face['bbox'] for face in entry['detections']],
                                   [face['bbox'] for face in expected], atol=1)


@pytest.mark.parametrize('of_36', [pytest.param(OLDEST, id='oldest'), pytest.param(NEWEST, id='newest')])
def test_the_unit_tests_pass_in_python_36(of_36):
    python = environment(*of_36)
    chosen = ' and '.join('not ' + name.split('[')[0] for name in NOT_THERE[of_36])
    said = run([python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-k', chosen] + list(SUITES))
    assert int(said.split(' passed')[0].split()[-1]) > 600, said[-500:]


def test_no_python_is_found_where_there_is_none():
    assert find_python('3.99') is None
    assert find_python('{}.{}'.format(*sys.version_info)) or not sys.executable.startswith('/usr')
