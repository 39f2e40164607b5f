# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What dead processes left in shared memory comes back, and nothing else is touched."""
import fcntl
import os
import signal
import time

import pytest

from face_perception.ros.shared_memory import OLD_ENOUGH_S, lack_of_room, reclaim

OLD = time.time() - 2 * OLD_ENOUGH_S


def segment(folder, name, size=4096, age=None):
    for path in (folder / name, folder / (name + '_el')):
        path.write_bytes(bytes(size if path.name == name else 0))
        os.utime(str(path), (age or OLD, age or OLD))
    return folder / name


def test_an_empty_and_a_missing_folder(tmp_path):
    assert reclaim(str(tmp_path)) == 0 and reclaim(str(tmp_path / 'absent')) == 0


def test_segments_of_the_dead_go_and_those_of_the_living_stay(tmp_path):
    dead, old_name = segment(tmp_path, 'fastdds_0123456789abcdef'), segment(tmp_path, 'fastrtps_00000000deadbeef')
    living = segment(tmp_path, 'fastdds_fedcba9876543210')
    with open(str(living) + '_el') as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)        # any lock is a sign of life
        assert reclaim(str(tmp_path)) == 2 * 4096
    assert not dead.exists() and not old_name.exists() and living.exists()
    assert sorted(os.listdir(str(tmp_path))) == [living.name, living.name + '_el']


@pytest.mark.parametrize('name, old, why', [
    ('fastdds_0123456789abcdef', False, 'so new that it may not be locked yet'),
    ('fastdds_port7411', True, 'a port, which Fast DDS takes over by itself'),
    ('sem.fastdds_port7411_mutex', True, 'a semaphore'),
    ('my_fastdds_0123456789abcdef', True, 'of somebody else')])
def test_the_rest_stays(tmp_path, name, old, why):
    path = segment(tmp_path, name, age=OLD if old else time.time())
    assert reclaim(str(tmp_path)) == 0 and path.exists(), why


def test_a_link_is_not_followed(tmp_path):
    target = tmp_path / 'precious'
    target.write_bytes(b'x')
    os.symlink(str(target), str(tmp_path / 'fastdds_0123456789abcdef_el'))
    path = tmp_path / 'fastdds_0123456789abcdef'
    path.write_bytes(b'')
    os.utime(str(path), (OLD, OLD))
    assert reclaim(str(tmp_path)) == 0 and target.exists() and path.exists()


@pytest.mark.parametrize('environ, needed, said, why', [
    (None, 1, False, 'there is room'), (None, 2**62, True, 'there is none'),
    ({}, 2**62, True, 'shared memory is the default'),
    ({'RMW_IMPLEMENTATION': 'rmw_cyclonedds_cpp'}, 2**62, False, 'another middleware'),
    ({'FASTDDS_BUILTIN_TRANSPORTS': 'UDPv4?x=1'}, 2**62, False, 'done without'),
    ({'FASTDDS_BUILTIN_TRANSPORTS': 'DEFAULT?sockets_size=4MB'}, 2**62, True, 'ours')])
def test_lack_of_room(tmp_path, environ, needed, said, why):
    words = lack_of_room(needed, environ, str(tmp_path))
    assert bool(words) == said and ('--shm-size' in words) == said, why
    assert lack_of_room(needed, environ, str(tmp_path / 'absent')) == ''


@pytest.mark.integration
def test_fifty_killed_nodes_leave_no_more_than_the_last_few(tmp_path):
    pytest.importorskip('rclpy', reason='needs ROS 2')
    if not os.path.isdir('/dev/shm'):
        pytest.skip('no /dev/shm here')
    from node_processes import start_node

    def left():
        return len([name for name in os.listdir('/dev/shm') if name.startswith('fastdds_') and name[8:].isalnum()
                    and not name.startswith('fastdds_port')])

    reclaim()
    before, most = left(), 0
    for batch in range(10):     # five at a time, so that it does not take minutes
        nodes = [start_node('overlay_node', tmp_path / '{}_{}.log'.format(batch, number), {'autostart': False})
                 for number in range(5)]
        for node in nodes:
            node.wait_for('Waiting to be configured', timeout=40)
        for node in nodes:
            node.popen.send_signal(signal.SIGKILL)
            node.popen.wait()
        most = max(most, left() - before)
    assert most <= 50       # those killed within the last seconds; all would be 100, two of each
    time.sleep(OLD_ENOUGH_S + 0.5)
    reclaim()
    assert left() <= before
