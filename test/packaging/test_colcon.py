# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The clone is a colcon workspace of its own, and a plain pip builds the same package."""
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest
from clone_copy import copy_clone

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLES = {'camera_node', 'detector_node', 'landmark_node', 'overlay_node', 'health_check', 'face-perception'}
COLCON = shutil.which('colcon', path=os.path.dirname(sys.executable)) or shutil.which('colcon')

needs_colcon = pytest.mark.skipif(not COLCON, reason='colcon is not installed: scripts/bootstrap --test')


def colcon(cwd, *words):
    """Run colcon as a user would in a folder; return what it prints."""
    environment = dict(os.environ, COLCON_HOME=str(cwd / 'no_defaults_of_the_user'))
    environment.pop('COLCON_DEFAULTS_FILE', None)
    run = subprocess.run([COLCON] + list(words), cwd=str(cwd), env=environment, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()
    return run.stdout.decode()


@needs_colcon
def test_list_sees_two_packages_in_the_clone():
    # In the clone itself: with .venv, training and the vision_msgs of scripts/environment lying about.
    lines = colcon(ROOT, '--log-base', os.devnull, 'list').splitlines()
    assert sorted(line.split('\t') for line in lines) == [
        ['face_perception', '.', '(ros.ament_python)'],
        ['face_perception_msgs', 'face_perception_msgs', '(ros.ament_cmake)'],
    ]


@needs_colcon
def test_list_sees_two_packages_after_a_build(tmp_path):
    clone = copy_clone(tmp_path / 'clone')
    colcon(clone, 'build', '--packages-select', 'face_perception')
    assert {path.name for path in (clone / 'install').iterdir()} >= {'face_perception', 'setup.bash'}
    names = colcon(clone, 'list', '--names-only').split()
    assert sorted(names) == ['face_perception', 'face_perception_msgs']


@needs_colcon
def test_build_installs_where_ros2_run_looks(tmp_path):
    clone = copy_clone(tmp_path / 'clone')
    colcon(clone, 'build', '--packages-select', 'face_perception')
    prefix = clone / 'install' / 'face_perception'
    assert {path.name for path in (prefix / 'lib' / 'face_perception').iterdir()} == EXECUTABLES
    assert (prefix / 'share' / 'ament_index' / 'resource_index' / 'packages' / 'face_perception').exists()
    for name in ('launch', 'config', 'models'):
        files = {str(path.relative_to(ROOT)) for path in (ROOT / name).rglob('*')
                 if path.is_file() and '__pycache__' not in path.parts}
        installed = prefix / 'share' / 'face_perception'
        assert files == {str(path.relative_to(installed)) for path in (installed / name).rglob('*')
                         if path.is_file()}

    # What was installed runs, and it is the installed copy that runs.
    site = next((prefix / 'lib').glob('python*/site-packages'))
    assert (site / 'face_perception' / 'backends' / 'tensorrt' / 'preprocess.cu').exists()
    environment = dict(os.environ, PYTHONPATH=str(site))
    # By way of Python, as the first line of a script does not work where its path has a space.
    script = prefix / 'lib' / 'face_perception' / 'face-perception'
    run = subprocess.run([sys.executable, str(script), '--help'], env=environment, cwd=str(tmp_path),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()
    assert b'usage' in run.stdout.lower()


def add_tests(clone):
    """Copy the smallest part of the tests that shows whether they run."""
    shutil.copy(str(ROOT / 'pytest.ini'), str(clone))
    for name in ('conftest.py', 'ros_domain.py', 'core/test_boxes.py'):
        (clone / 'test' / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(ROOT / 'test' / name), str(clone / 'test' / name))


@needs_colcon
def test_colcon_test_runs_our_tests_and_fails_where_they_fail(tmp_path):
    clone = copy_clone(tmp_path / 'clone')
    add_tests(clone)
    colcon(clone, 'build', '--packages-select', 'face_perception')
    colcon(clone, 'test', '--packages-select', 'face_perception')
    summary = colcon(clone, 'test-result', '--all').splitlines()[-1]
    count = int(summary.split()[1])
    assert count > 10 and '0 errors, 0 failures' in summary, summary

    (clone / 'test' / 'test_wrong.py').write_text('def test_wrong():\n    assert not 1\n')
    colcon(clone, 'test', '--packages-select', 'face_perception')
    result = subprocess.run([COLCON, 'test-result'], cwd=str(clone), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == 1
    assert '{} tests, 0 errors, 1 failure'.format(count + 1) in result.stdout.decode()


def test_pip_builds_a_wheel_with_all_data(tmp_path):
    pytest.importorskip('setuptools')
    clone = copy_clone(tmp_path / 'clone')
    run = subprocess.run(
        [sys.executable, '-m', 'pip', 'wheel', '-q', '--no-deps', '--no-index', '--no-build-isolation', '-w',
         str(tmp_path), str(clone)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if b'bdist_wheel' in run.stdout:
        pytest.skip('this setuptools cannot build wheels')
    assert run.returncode == 0, run.stdout.decode()
    wheel, = tmp_path.glob('face_perception-*.whl')
    names = set(zipfile.ZipFile(str(wheel)).namelist())
    assert 'face_perception/backends/tensorrt/preprocess.cu' in names
    data = wheel.name.split('-py3')[0] + '.data/data/share/'
    assert data + 'ament_index/resource_index/packages/face_perception' in names
    for pattern in ('launch/*.launch.py', 'config/*', 'models/*/*'):
        for path in ROOT.glob(pattern):
            if path.is_file():
                assert data + 'face_perception/' + str(path.relative_to(ROOT)) in names
    tops = {name.split('/')[0] for name in names if '.dist-info' not in name and '.data' not in name}
    assert tops == {'face_perception'}
