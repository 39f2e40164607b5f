# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Starts rclpy, and says in one sentence with the cure why it does not start."""
import os
import tempfile
from typing import List, MutableMapping, Optional

import rclpy
from rclpy.signals import SignalHandlerOptions

from face_perception.ros import shared_memory
from face_perception.ros.transport import SEGMENT_BYTES, prepare_transport

HIGHEST_DOMAIN = 232        # the ports of a higher one lie beyond 65535; Fast DDS ends the process over it

# Beginning of what rclpy raises -> the cure.
CURES = (
    ("Couldn't parse params file", 'Correct the parameter file, or its name after --params-file.'),
    ("Couldn't parse remap rule", 'Write --ros-args -r FROM:=TO; a namespace begins with / and names consist of letters, '
                                  'digits and _.'),
    ('error creating node', 'A namespace begins with / and does not end with it; names consist of letters, digits and _.'),
    ("Couldn't parse parameter override", 'Write --ros-args -p NAME:=VALUE.'),
    ("Couldn't parse trailing", 'Something is missing after it.'),
    ("Couldn't parse log level", 'Choose debug, info, warn, error or fatal.'),
    ('failed to initialize logging', 'Set ROS_LOG_DIR to a folder that can be written.'),
)


class StartError(RuntimeError):
    """ROS cannot be started; the message says why and what to do."""


def start_rclpy(args: Optional[List[str]] = None) -> str:
    """Prepare what has to be there before ``rclpy.init`` and call it, without its signal handlers.

    args: command line; default: sys.argv.
    Returns what `prepare_transport` says.

    Raises:
        StartError: it cannot be started.
    """
    check_domain(os.environ.get('ROS_DOMAIN_ID', ''))
    choose_log_folder(os.environ)
    before = dict(os.environ)
    transport = prepare_transport()
    shared_memory.reclaim()
    ours = SEGMENT_BYTES if dict(os.environ) != before else 0
    problem = shared_memory.lack_of_room(ours + shared_memory.DEFAULT_BYTES, os.environ)
    if problem:
        raise StartError(problem)
    try:
        # Handlers of rclpy shut the context down at once: half-made nodes would complain about that in many ways.
        rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    except Exception as error:
        raise StartError(sentence_of(error))
    return transport


def check_domain(text: str) -> None:
    """Raise StartError unless the text is a domain that has ports, or empty."""
    if text and not (text.isdigit() and int(text) <= HIGHEST_DOMAIN):
        raise StartError('ROS_DOMAIN_ID must be a number from 0 to {}, got {!r}.'.format(HIGHEST_DOMAIN, text))


def choose_log_folder(environ: MutableMapping[str, str]) -> None:
    """Let ROS write its log below the temporary folder where it could not write one at home.

    A container that runs as a number, or a read-only root, has no home; faces are found without one.
    """
    if environ.get('ROS_LOG_DIR') or environ.get('ROS_HOME'):
        return      # chosen by the user: rclpy says what is wrong with it
    home = environ.get('HOME', '')
    folder = os.path.join(home, '.ros', 'log')
    while home and not os.path.lexists(folder) and folder != home and folder != '/':
        folder = os.path.dirname(folder)
    if not (home and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)):
        environ['ROS_LOG_DIR'] = os.path.join(tempfile.gettempdir(), 'face_perception_log_{}'.format(os.getuid()))


def sentence_of(error: Exception) -> str:
    """Return one sentence for what ``rclpy.init`` raised, with the cure where it is known."""
    if type(error).__name__ == 'UnknownROSArgsError':
        return 'Unknown after --ros-args: {}. Write -p NAME:=VALUE, -r FROM:=TO or --params-file FILE there.'.format(error)
    text = ' '.join(str(error).split())
    text = text.split(', at /')[0].replace('failed to initialize rcl: ', '').rstrip(' .')     # places in the sources of ROS
    cure = next((cure for begin, cure in CURES if text.startswith(begin)), 'See the message above it.')
    return 'ROS does not start: {}. {}'.format(text, cure)
