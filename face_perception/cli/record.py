# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception record: pictures of a camera, to be labelled and learnt."""
import argparse
import os
import sys
import time

from face_perception.cameras import URI_HELP, CameraError, open_camera
from face_perception.cli import options
from face_perception.cli.stop import StopOnSignal
from face_perception.media.images import write_image
from face_perception.parameter_tables import CAMERA

HELP = 'save a picture of a camera every second, to label them'
_DEFAULTS = {entry.name: entry.default for entry in CAMERA}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument('folder', help='where the pictures go; those that are there stay')
    parser.add_argument('--camera', default=_DEFAULTS['camera'], metavar='URI',
                        help=URI_HELP.replace('%', '%%') + ' (default: %(default)s)')
    parser.add_argument('--every', type=options.positive, default=1.0, metavar='S',
                        help='seconds between two pictures (default: %(default)s)')
    parser.add_argument('--count', type=options.count, metavar='N', help='end after so many (default: with Ctrl-C)')
    parser.add_argument('--scene', default='', metavar='NAME',
                        help='begin the names of the pictures with NAME__: training then does not split this recording')
    parser.add_argument('--width', type=options.count, default=640, help='asked of the camera (default: %(default)s)')
    parser.add_argument('--height', type=options.count, default=480, help='asked of the camera (default: %(default)s)')


def run(arguments: argparse.Namespace) -> int:
    """Save pictures until there are enough; return 0, 1 where the camera fails or has none, 128 + signal."""
    if '/' in arguments.scene or arguments.scene.startswith('.'):
        print('face-perception record: --scene is the beginning of file names, got {!r}'.format(arguments.scene),
              file=sys.stderr)
        return 2
    # In the names: a second recording never meets the first.
    begin = (arguments.scene + '__' if arguments.scene else '') + time.strftime('%Y%m%d_%H%M%S')
    saved, due = 0, None
    with StopOnSignal() as stop:
        try:
            camera = open_camera(arguments.camera, width=arguments.width, height=arguments.height,
                                 pixel_format=_DEFAULTS['pixel_format'], say=_say)
            try:
                _say(camera.describe())
                while not stop.signum and (arguments.count is None or saved < arguments.count):
                    frame = camera.read()
                    if frame is None:
                        break
                    if due is not None and frame.stamp_ns < due:
                        continue
                    due = max(frame.stamp_ns, due or 0) + int(arguments.every * 1e9)
                    path = os.path.join(arguments.folder, '{}_{:04}.jpg'.format(begin, saved + 1))
                    write_image(path, frame.image)
                    saved += 1
            finally:
                camera.close()
        except CameraError as error:
            _say(str(error))
            print('{}: {} pictures'.format(arguments.folder, saved))
            return 1
    print('{}: {} pictures'.format(arguments.folder, saved))
    # Ctrl-C is how it ends where nobody said how many.
    if stop.signum and arguments.count is not None:
        return stop.exit_status
    return 0 if saved else 1


def _say(text: str) -> None:
    print('face-perception record: {}'.format(text), file=sys.stderr)
