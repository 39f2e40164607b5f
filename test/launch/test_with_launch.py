# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The launch files with the real launch, where ROS brings it."""
import importlib
import inspect
import os
import sys

import pytest
import standins  # noqa: E402
from node_processes import Process  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def test_stand_ins_have_the_signatures_of_the_real_ones():
    # Not 'launch': this very folder is found under that name where the real one is absent.
    pytest.importorskip('launch.actions', reason='launch is not installed (it comes with ROS 2 from apt)')
    pytest.importorskip('launch_ros', reason='launch_ros is not installed')
    for module, members in standins.MODULES.items():
        for member in members:
            real = getattr(importlib.import_module(module), member.__name__)
            if issubclass(type(real), type) and issubclass(real, Exception):
                assert issubclass(real, member.__bases__)
                continue
            known = inspect.signature(real).parameters
            free = any(parameter.kind == inspect.Parameter.VAR_KEYWORD for parameter in known.values())
            for name, parameter in inspect.signature(member).parameters.items():
                assert name in known or free, '{}.{} takes no {}'.format(module, member.__name__, name)
                assert name not in known or known[name].kind == parameter.kind, (member.__name__, name)


def test_a_replayed_bag_gives_the_faces_of_the_film(tmp_path):
    """nano.launch.py with the shipped model: labels, boxes and headers, and all ends with status 0."""
    pytest.importorskip('launch_testing', reason='launch_testing is not installed (ROS 2 from apt has it)')
    pytest.importorskip('launch_ros', reason='launch_ros is not installed')
    pytest.importorskip('rclpy', reason='needs ROS 2')
    pytest.importorskip('rosbags', reason='needs the package rosbags')
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix

    from examples import bags, film
    from face_perception.ros.images import bgr_to_image
    try:
        prefix = get_package_prefix('face_perception')
    except PackageNotFoundError:
        pytest.skip('face_perception is not built with colcon and sourced')
    if not os.path.isfile(os.path.join(prefix, 'lib', 'face_perception', 'detector_node')):
        pytest.skip('face_perception in {} has no executables: it was not built with colcon'.format(prefix))

    stamps = {shot.number: 10 ** 12 + int(shot.number * 1e9 / film.FPS) for shot in film.compose(film.drawn_parts())}
    bags.write_bag(tmp_path / 'bag', (('/image_raw', bgr_to_image(shot.image, stamps[shot.number], 'replayed_camera'),
                                       stamps[shot.number]) for shot in film.compose(film.drawn_parts())))
    environ = {'FACE_PERCEPTION_TEST_BAG': str(tmp_path / 'bag')}
    command = [sys.executable, '-m', 'launch_testing.launch_test', os.path.join(HERE, 'nano_with_launch.py')]
    with Process(command, tmp_path / 'log', environ) as process:
        assert process.wait(timeout=150) == 0, process.output()
