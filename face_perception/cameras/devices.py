# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which camera ``auto`` means: looks at the video devices that Linux has, opens none."""
import os
import re
from typing import List, NamedTuple

from face_perception.cameras.base import CameraAbsent

SYSFS, DEV = '/sys/class/video4linux', '/dev'
CSI_NAME = 'vi-output'      # begins the names of the CSI sensors of a Jetson; their nodes give raw sensor data
# In this order `auto` takes them.
USB, OTHER, CSI = 'usb', 'other', 'csi'


class Device(NamedTuple):
    """A video device: path in /dev, the driver's name for it, and USB, CSI or OTHER."""

    path: str
    name: str
    kind: str


def list_devices(sysfs: str = SYSFS, dev: str = DEV) -> List[Device]:
    """Return the capture devices that exist below ``dev``, by number.

    A USB camera has two nodes: pictures come out of the one with index 0, numbers about them out of the other.
    Sees what the kernel sees, also in a container that was given one of the devices only.
    """
    try:
        nodes = os.listdir(dev)
    except OSError:
        return []
    names = sorted((name for name in nodes if re.match(r'video\d+$', name)), key=lambda name: int(name[len('video'):]))
    return [Device(os.path.join(dev, name), _text(sysfs, name, 'name'), _kind(sysfs, name))
            for name in names if _text(sysfs, name, 'index') in ('', '0')]


def auto_camera(sysfs: str = SYSFS, dev: str = DEV) -> str:
    """Return the camera to take where none is named: a USB camera, else another V4L2 device, else ``csi://0``.

    Raises:
        CameraAbsent: there is none.
    """
    devices = list_devices(sysfs, dev)
    for kind in (USB, OTHER):
        for device in devices:
            if device.kind == kind:
                return device.path
    if any(device.kind == CSI for device in devices):
        return 'csi://0'
    raise CameraAbsent('There is no camera: no video device in {}. Plug a USB camera in; in a container pass the device '
                       '(docker run --device /dev/video0). For something else than a USB or CSI camera name it: '
                       'camera:=...'.format(dev))


def _text(sysfs: str, name: str, attribute: str) -> str:
    try:
        with open(os.path.join(sysfs, name, attribute), encoding='utf-8', errors='replace') as file:
            return file.read().strip()
    except OSError:
        return ''


def _kind(sysfs: str, name: str) -> str:
    if _text(sysfs, name, 'name').startswith(CSI_NAME):
        return CSI
    # .../1-2.1/1-2.1:1.0/video4linux/video0: the bus is in the path of the device that it belongs to.
    return USB if '/usb' in os.path.realpath(os.path.join(sysfs, name, 'device')) else OTHER
