# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of a node, and a ROS domain that nobody uses."""
import socket

from examples.nodes import choose_domain, node_command


def test_the_domain_of_the_user_is_kept_and_else_a_free_one_chosen(monkeypatch):
    monkeypatch.setenv('ROS_DOMAIN_ID', '7')
    monkeypatch.setenv('ROS_LOCALHOST_ONLY', '1')
    monkeypatch.delenv('ROS_AUTOMATIC_DISCOVERY_RANGE', raising=False)
    assert choose_domain() == '7'
    monkeypatch.delenv('ROS_DOMAIN_ID')
    first = choose_domain()
    assert 1 <= int(first) <= 100
    monkeypatch.delenv('ROS_DOMAIN_ID')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as participant:
        participant.bind(('', 7410 + 250 * int(first)))
        assert choose_domain() != first


def test_a_command_names_its_parameters_and_remaps():
    command = node_command('detector_node', {'model': 'm', 'threads': 2}, [('image', 'image_raw')])
    assert command[-7:] == ['--ros-args', '-p', 'model:=m', '-p', 'threads:=2', '-r', 'image:=image_raw']
    assert 'face_perception.start import detector_node' in command[2]
