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


def test_nano_runs(tmp_path):
    """nano.launch.py with the fake camera and backend: messages come, and all ends with status 0."""
    pytest.importorskip('launch_testing', reason='launch_testing is not installed (ROS 2 from apt has it)')
    pytest.importorskip('launch_ros', reason='launch_ros is not installed')
    pytest.importorskip('rclpy', reason='needs ROS 2')
    pytest.importorskip('onnx', reason='the test model is written with the package onnx')
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix
    from blob_model import write_blob_model
    try:
        prefix = get_package_prefix('face_perception')
    except PackageNotFoundError:
        pytest.skip('face_perception is not built with colcon and sourced')
    if not os.path.isfile(os.path.join(prefix, 'lib', 'face_perception', 'detector_node')):
        pytest.skip('face_perception in {} has no executables: it was not built with colcon'.format(prefix))

    environ = {'FACE_PERCEPTION_TEST_MODEL': write_blob_model(tmp_path / 'model')}
    command = [sys.executable, '-m', 'launch_testing.launch_test', os.path.join(HERE, 'nano_with_launch.py')]
    with Process(command, tmp_path / 'log', environ) as process:
        assert process.wait(timeout=90) == 0, process.output()
