# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Asks /diagnostics whether the nodes are well and says it by an exit status, as containers and supervisors want it."""
import argparse
import os
import sys
import time
from typing import Dict, List, Optional, Tuple

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus

from face_perception.ros import qos
from face_perception.ros.start import StartError, start_rclpy

NODES = ('camera_node', 'detector_node')
TIMEOUT_S = 10.0    # it waits so long only where something is wrong; a busy board takes seconds to find the nodes
WELL, NOT_WELL = 0, 1


def main(args: Optional[List[str]] = None) -> int:
    """Return 0 if every node named reports OK, 1 if one does not or is silent; print a line for each that does not."""
    parser = argparse.ArgumentParser(
        prog='health_check', description='Exit with 0 if every node reports OK on /diagnostics, else with 1.')
    parser.add_argument('nodes', nargs='*', metavar='NODE', default=list(NODES),
                        help='names of nodes, with their namespace (left/camera_node); default: {}'.format(' '.join(NODES)))
    parser.add_argument('--timeout', type=float, default=TIMEOUT_S, metavar='SECONDS',
                        help='how long to wait for them; default: {:g}'.format(TIMEOUT_S))
    options = parser.parse_args(args)
    try:
        start_rclpy([])
    except StartError as error:
        print('health_check: {}'.format(error), file=sys.stderr)
        return NOT_WELL
    names = [name.lstrip('/') for name in options.nodes]        # as Diagnostics writes them
    try:
        heard = listen(names, options.timeout)
    finally:
        rclpy.try_shutdown()
    problems = [problem for problem in (problem_of(name, heard, options.timeout) for name in names) if problem]
    print('\n'.join(problems) or 'OK: {}'.format(', '.join(names)), flush=True)
    return NOT_WELL if problems else WELL


def listen(wanted: List[str], timeout: float) -> Dict[str, Tuple[bytes, str]]:
    """Return {full name of a node: (level, sentence)}, when all wanted ones have reported OK, or when the time is up."""
    heard: Dict[str, Tuple[bytes, str]] = {}

    def on_diagnostics(message: DiagnosticArray) -> None:
        for status in message.status:
            heard[status.name] = status.level, status.message

    node = rclpy.create_node('health_check_{}'.format(os.getpid()), enable_rosout=False, start_parameter_services=False)
    node.create_subscription(DiagnosticArray, qos.DIAGNOSTICS.name, on_diagnostics, qos.profile(qos.DIAGNOSTICS))
    end = time.monotonic() + timeout
    while time.monotonic() < end and any(problem_of(name, heard, timeout) for name in wanted):
        rclpy.spin_once(node, timeout_sec=max(0.0, min(0.2, end - time.monotonic())))
    node.destroy_node()
    return heard


def problem_of(name: str, heard: Dict[str, Tuple[bytes, str]], timeout: float) -> str:
    """Return what is wrong with a node, '' if nothing is."""
    if name not in heard:
        return '{}: has said nothing on {} for {:g} s. Does it run, in this namespace and ROS_DOMAIN_ID?'.format(
            name, qos.DIAGNOSTICS.name, timeout)
    level, sentence = heard[name]
    return '' if level == DiagnosticStatus.OK else '{}: {}'.format(name, sentence)
