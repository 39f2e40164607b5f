# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Large images arrive at a user's own subscriber that sets nothing: 640x480 at 30 Hz, separate processes.

With the settings that Fast DDS has by itself, most frames are lost (see ros/transport.py).
"""
import json
import os
import pathlib
import sys

import pytest

pytest.importorskip('rclpy', reason='needs ROS')

from node_processes import Process, start_node  # noqa: E402

from face_perception.ros import transport  # noqa: E402

pytestmark = pytest.mark.integration

COUNTER = pathlib.Path(__file__).with_name('frame_counter.py')
FRAMES, ENOUGH = 150, 0.99
VARIABLES = (transport.BUILTIN_TRANSPORTS,) + transport.PROFILE_VARIABLES


def counter(reliability, log, environ):
    """Start a subscriber without any transport setting, whatever this process has."""
    unset = [word for name in VARIABLES for word in ('-u', name)]
    return Process(['env'] + unset + [sys.executable, COUNTER, reliability, FRAMES], log, environ)


def shares(tmp_path, discovery, camera_environ):
    """Run a camera and both kinds of subscriber; return {kind: share of the frames that arrived}."""
    environ = {'ROS_AUTOMATIC_DISCOVERY_RANGE': discovery}
    counters = {kind: counter(kind, tmp_path / (kind + '.log'), environ) for kind in ('sensor_data', 'reliable')}
    found = {}
    try:
        with start_node('camera_node', tmp_path / 'camera.log', environ=dict(environ, **camera_environ),
                        parameters={'camera': 'fake://', 'width': 640, 'height': 480, 'fps': 30.0}):
            for kind, process in counters.items():
                assert process.wait(60) == 0, process.output()
                seen = json.loads(process.output().splitlines()[-1])
                assert seen['received'], 'nothing arrived: ' + process.output()
                found[kind] = seen['received'] / max(seen['last'] - seen['first'] + 1, FRAMES)
                print(discovery, kind, seen)
    finally:
        for process in counters.values():
            process.__exit__(None, None, None)
    return found


@pytest.mark.parametrize('discovery, profile', [
    ('LOCALHOST', False), ('SUBNET', False), ('SUBNET', True)], ids=['this machine', 'network', 'before Jazzy'])
def test_a_default_subscriber_gets_the_frames(tmp_path, monkeypatch, discovery, profile):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    if profile and os.environ.get('RMW_IMPLEMENTATION', 'rmw_fastrtps').find('fastrtps') < 0:
        pytest.skip('the profile is for Fast DDS')
    # What older releases get; this one reads the same profile.
    path = transport.write_profile(False, str(tmp_path))
    names = transport.profile_variables(os.environ.get('ROS_DISTRO'))
    camera_environ = dict.fromkeys(names, path) if profile else {}
    # A loss by a busy machine is not the fault looked for, and does not happen three times in a row.
    for _ in range(3):
        found = shares(tmp_path, discovery, camera_environ)
        if min(found.values()) >= ENOUGH:
            return
    pytest.fail('arrived: {}'.format(found))
