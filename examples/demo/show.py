# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Play a bag to the real detector node and collect its answers.

bag -> image_raw -> detector_node -> faces, each arrow a topic between processes.
"""
import os
import socket
import sys
import threading
import time
from pathlib import Path

READY_WITHIN_S = 60.0
LAST_ANSWER_WITHIN_S = 2.0


def _publish_times(player, into):
    """Read the player's lines: {stamp_ns: monotonic_ns of publishing}. Runs in a thread of its own."""
    for line in player.stdout:
        words = line.split()
        if len(words) == 4 and words[0] == 'published':
            into[int(words[2])] = int(words[3])


def node_command(node, parameters, remaps=()):
    """Return the command line of a node of face_perception: it does what the installed executable does.

    node: 'detector_node' for example; parameters: {name: value}; remaps: pairs (from, to).
    """
    program = f'import sys; from face_perception.nodes.{node} import main; sys.exit(main())'
    command = [sys.executable, '-c', program, '--ros-args']
    for name, value in parameters.items():
        command += ['-p', f'{name}:={value}']
    for one, other in remaps:
        command += ['-r', f'{one}:={other}']
    return command


def run_show(processes, recorder, bag, answered, say):
    """Play the bag once; return {stamp_ns: monotonic_ns of publishing} of all frames that were played.

    The detector has been started in `processes` under the name 'detector_node'.
    answered: called with (Answer, latency in seconds or None) for each message on /faces, as it comes.
    say: called with a line of text.
    Raises ProcessDied, NotReady.
    """
    took = recorder.wait_until_ready(READY_WITHIN_S, lambda: processes.check('detector_node'))
    say(f'detector_node answers (after {took:.1f} s); playing the bag')
    player_file = str(Path(__file__).with_name('play_bag.py'))
    # Lines through a pipe wait in a buffer unless told otherwise.
    player = processes.start('play_bag', [sys.executable, player_file, str(bag)],
                             {'PYTHONUNBUFFERED': '1'}, pipe=True)
    published = {}
    reader = threading.Thread(target=_publish_times, args=(player, published), daemon=True)
    reader.start()
    waiting = []                       # answers whose publishing line has not come through the pipe yet
    count = 0
    silent_since = time.monotonic()
    while True:
        new = recorder.listen(0.05)
        waiting += new
        if new or player.poll() is None:
            silent_since = time.monotonic()
        overdue = time.monotonic() - silent_since > LAST_ANSWER_WITHIN_S
        while waiting and (waiting[0].stamp_ns in published or overdue):
            answer = waiting.pop(0)
            sent_ns = published.get(answer.stamp_ns)
            count += 1
            answered(answer, None if sent_ns is None else (answer.arrived_ns - sent_ns) / 1e9)
        processes.check('detector_node')
        if player.poll() is not None:
            if player.returncode:
                processes.check('play_bag')
            if overdue or (not waiting and not reader.is_alive() and count >= len(published)):
                return published


def choose_domain(environment=os.environ):
    """Give this demo a ROS domain of its own where the user has chosen none; return its number as text.

    So a robot's own nodes in the same network neither disturb the demo nor see its topics.
    """
    if not environment.get('ROS_DOMAIN_ID'):
        start = os.getpid() % 100
        free = (n for n in list(range(1 + start, 101)) + list(range(1, 1 + start)) if _is_free(n))
        environment['ROS_DOMAIN_ID'] = str(next(free, 1 + start))
    if not environment.get('ROS_LOCALHOST_ONLY'):
        environment.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
    return environment['ROS_DOMAIN_ID']


def _is_free(domain):
    """Tell whether no participant of this machine is in a domain: DDS fixes the UDP port of the first one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
        try:
            first.bind(('', 7410 + 250 * domain))
        except OSError:
            return False
    return True
