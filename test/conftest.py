# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every test run has a ROS domain and a log folder of its own and tests the source of this clone."""
import os
import pathlib
import shutil
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

# This clone's package also where another copy is installed, and in processes that tests start.
os.environ['PYTHONPATH'] = os.pathsep.join(
    [str(ROOT)] + [path for path in os.environ.get('PYTHONPATH', '').split(os.pathsep) if path])

from ros_domain import claim_domain  # noqa: E402

_domain, _domain_lock = claim_domain()
_log_dir = tempfile.mkdtemp(prefix='face_perception_test_')

# Before anything imports rclpy; processes started by tests inherit them.
os.environ['ROS_DOMAIN_ID'] = str(_domain)
os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
os.environ['ROS_LOG_DIR'] = _log_dir
if os.environ.get('ROS_DISTRO') == 'humble':
    # Humble does not know the discovery range; this older variable means the same.
    os.environ['ROS_LOCALHOST_ONLY'] = '1'
# Tests import it on their own, too.
os.environ['ORT_DISABLE_TELEMETRY'] = '1'
for _name in ('ROS_NAMESPACE', 'ROS_STATIC_PEERS', 'FASTDDS_DEFAULT_PROFILES_FILE',
              'FASTRTPS_DEFAULT_PROFILES_FILE'):
    os.environ.pop(_name, None)


def pytest_report_header(config):
    """Say which domain and which distribution the tests use."""
    return 'ROS_DISTRO={} ROS_DOMAIN_ID={}'.format(os.environ.get('ROS_DISTRO', '(none)'), _domain)


def pytest_unconfigure(config):
    """Give the domain back and remove the logs."""
    _domain_lock.close()
    shutil.rmtree(_log_dir, ignore_errors=True)
