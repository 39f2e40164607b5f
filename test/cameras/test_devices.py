# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What `auto` takes, on folders that look as /sys/class/video4linux and /dev do on boards and laptops."""
import os

import pytest

from face_perception.cameras import CameraError, devices, open_camera
from face_perception.cameras.base import CameraAbsent
from face_perception.cameras.devices import auto_camera, list_devices

USB_BUS = 'devices/70090000.xusb/usb1/1-2/1-2.1/1-2.1:1.0'
TEGRA = 'devices/50000000.host1x/54080000.vi'
BUILT_IN = 'devices/pci0000:00/0000:00:05.0'
CSI = ('video0', 'vi-output, imx219 7-0010', TEGRA, 0)
WEBCAM = ('video1', 'HD Pro Webcam C920', USB_BUS, 0)
WEBCAM_NUMBERS = ('video2', 'HD Pro Webcam C920', USB_BUS, 1)
LAPTOP = ('video0', 'Intel IPU6', BUILT_IN, 0)
SECOND = ('video10', 'USB 2.0 Camera', 'devices/pci0000:00/0000:00:14.0/usb3/3-4/3-4:1.0', 0)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Build a machine of (node, name, bus, index); nodes that ``hidden`` names are not in /dev."""
    sysfs, dev = str(tmp_path / 'class'), str(tmp_path / 'dev')

    def build(*nodes, hidden=()):
        os.makedirs(dev)
        for node, name, bus, index in nodes:
            os.makedirs(os.path.join(sysfs, node))
            os.makedirs(str(tmp_path / bus), exist_ok=True)
            os.symlink(str(tmp_path / bus), os.path.join(sysfs, node, 'device'))
            for attribute, text in (('name', name), ('index', index)):
                with open(os.path.join(sysfs, node, attribute), 'w') as file:
                    file.write('{}\n'.format(text))
            if node not in hidden:
                open(os.path.join(dev, node), 'w').close()
        return sysfs, dev
    return build


@pytest.mark.parametrize('nodes, expected, why', [
    ([WEBCAM, WEBCAM_NUMBERS], 'video1', 'its other node gives no pictures'),
    ([CSI, WEBCAM, WEBCAM_NUMBERS], 'video1', 'the node of the CSI sensor comes first and gives raw data'),
    ([LAPTOP, WEBCAM], 'video1', 'a USB camera was plugged in to be used'),
    ([LAPTOP], 'video0', 'there is nothing else'),
    ([SECOND, WEBCAM], 'video1', 'numbers are ordered as numbers'),
    ([WEBCAM_NUMBERS, SECOND], 'video10', 'index 1 is no camera'),
])
def test_the_usb_camera_is_taken(machine, nodes, expected, why):
    sysfs, dev = machine(*nodes)
    assert auto_camera(sysfs, dev) == os.path.join(dev, expected), why


def test_without_a_usb_camera_the_csi_camera_is_taken(machine):
    assert auto_camera(*machine(CSI)) == 'csi://0'


def test_what_a_container_was_not_given_is_not_taken(machine):
    assert auto_camera(*machine(WEBCAM, SECOND, hidden=['video1'])).endswith('video10')


def test_devices_are_taken_without_sysfs(machine, tmp_path):
    _, dev = machine(WEBCAM)
    assert auto_camera(str(tmp_path / 'nowhere'), dev) == os.path.join(dev, 'video1')


def test_names_and_kinds_are_told(machine):
    sysfs, dev = machine(CSI, WEBCAM, WEBCAM_NUMBERS, SECOND)
    assert [(os.path.basename(path), name, kind) for path, name, kind in list_devices(sysfs, dev)] == [
        ('video0', CSI[1], 'csi'), ('video1', WEBCAM[1], 'usb'), ('video10', SECOND[1], 'usb')]


def test_no_camera_at_all_says_what_to_do(machine, tmp_path):
    for sysfs, dev in [machine(), (str(tmp_path), str(tmp_path / 'nowhere'))]:
        with pytest.raises(CameraAbsent, match='Plug a USB camera in.*--device'):
            auto_camera(sysfs, dev)


def test_auto_opens_what_it_finds(machine, monkeypatch):
    monkeypatch.setattr(devices, 'list_devices', lambda *_: [devices.Device('/dev/video9876', 'x', devices.USB)])
    with pytest.raises(CameraError, match='There is no /dev/video9876'):
        open_camera('auto')
