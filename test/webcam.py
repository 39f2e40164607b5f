# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A webcam for the real V4L2 code of OpenCV on a machine without one; see test/cameras/v4l2_device.c."""
import os
import pathlib
import shutil
import subprocess

import cv2
import numpy as np
import pytest

SOURCE = pathlib.Path(__file__).resolve().parent / 'cameras' / 'v4l2_device.c'


class Webcam:
    """Is plugged in and unplugged; processes with ``environ`` see it at ``path``."""

    def __init__(self, folder):
        compiler = shutil.which('cc') or shutil.which('gcc')
        if compiler is None:
            pytest.skip('needs a C compiler for the webcam that takes the place of a device')
        self.path = str(folder / 'video0')
        self.uri = 'v4l2://' + self.path
        library = str(folder / 'v4l2_device.so')
        subprocess.run([compiler, '-O1', '-shared', '-fPIC', '-o', library, str(SOURCE)], check=True)
        self.environ = {'LD_PRELOAD': library, 'V4L2_DEVICE': self.path}

    def plug_in(self):
        """Put the device there; what was opened before stays dead, as with a real one."""
        picture = np.full((480, 640, 3), 90, np.uint8)
        pathlib.Path(self.path + '.new').write_bytes(cv2.imencode('.jpg', picture)[1].tobytes())
        os.replace(self.path + '.new', self.path)
        self.mark('dead', False)

    def unplug(self):
        """Take it away."""
        os.unlink(self.path)

    def mark(self, state, holds=True):
        """Make it ``silent`` (plugged in, but no frame comes) or ``dead`` (a node in /dev without a device), or end that."""
        path = pathlib.Path('{}.{}'.format(self.path, state))
        if holds:
            path.touch()
        elif path.exists():
            path.unlink()
