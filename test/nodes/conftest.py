# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A client in the ROS graph and camera nodes that end with the test."""
import pytest
from node_processes import start_node


@pytest.fixture
def client():
    pytest.importorskip('rclpy', reason='needs ROS')
    from ros_client import Client

    with Client() as client:
        yield client


@pytest.fixture
def camera(tmp_path):
    """Start camera nodes: camera('fake://', fps=30.0)."""
    started = []

    def start(source, **parameters):
        process = start_node('camera_node', tmp_path / 'camera_{}.log'.format(len(started)),
                             parameters=dict({'camera': source}, **parameters))
        started.append(process)
        return process

    yield start
    for process in started:
        process.__exit__(None, None, None)
