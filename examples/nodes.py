# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes of face_perception as processes of a program: their command line, and a ROS domain of their own."""
import os
import socket
import sys


def node_command(node: str, parameters: dict[str, object], remaps: list[tuple[str, str]] | None = None) -> list[str]:
    """Return the command line of a node of face_perception: it does what the installed executable does."""
    program = f'import sys; from face_perception.start import {node}; sys.exit({node}())'
    command = [sys.executable, '-c', program, '--ros-args']
    for name, value in parameters.items():
        command += ['-p', f'{name}:={value}']
    for one, other in remaps or []:
        command += ['-r', f'{one}:={other}']
    return command


def choose_domain() -> str:
    """Give this program a ROS domain of its own where the user has chosen none; return its number as text.

    So a robot's own nodes in the same network neither disturb it nor see its topics.
    """
    if not os.environ.get('ROS_DOMAIN_ID'):
        start = 1 + os.getpid() % 100
        free = (n for n in [*range(start, 101), *range(1, start)] if _is_free(n))
        os.environ['ROS_DOMAIN_ID'] = str(next(free, start))
    if not os.environ.get('ROS_LOCALHOST_ONLY'):
        os.environ.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
    return os.environ['ROS_DOMAIN_ID']


def _is_free(domain: int) -> bool:
    """Tell whether no participant of this machine is in a domain: DDS fixes the UDP port of the first one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
        try:
            first.bind(('', 7410 + 250 * domain))
        except OSError:
            return False
    return True
