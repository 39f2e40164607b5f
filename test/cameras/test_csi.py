# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline of a CSI camera is text; no Jetson is needed to see that it says the right thing."""
import platform

import pytest

from face_perception.cameras import CameraError, open_camera
from face_perception.cameras.csi import csi_pipeline


def elements(pipeline):
    return [element.strip() for element in pipeline.split('!')]


def test_without_wishes_the_frames_have_the_size_of_the_capture():
    assert elements(csi_pipeline()) == [
        'nvarguscamerasrc sensor-id=0',
        'video/x-raw(memory:NVMM),width=1280,height=720,framerate=30/1,format=NV12',
        'queue leaky=downstream max-size-buffers=1',
        'nvvidconv flip-method=0',
        'video/x-raw,width=1280,height=720,format=BGRx',
        'videoconvert',
        'video/x-raw,format=BGR',
        'appsink drop=true max-buffers=1']


def test_wishes_go_where_they_belong():
    steps = elements(csi_pipeline(
        1, width=640, height=360, fps=59.9, flip=2, capture_width=1920, capture_height=1080))
    assert steps[0] == 'nvarguscamerasrc sensor-id=1'
    assert steps[1] == 'video/x-raw(memory:NVMM),width=1920,height=1080,framerate=60/1,format=NV12'
    assert steps[3:5] == ['nvvidconv flip-method=2', 'video/x-raw,width=640,height=360,format=BGRx']


@pytest.mark.parametrize('uri, word', [
    ('csi://front', 'front'), ('csi://0?flip=8', '8'), ('csi://0?flop=1', 'flip'), ('csi://0?flip=x', 'x')])
def test_wrong_wishes_are_refused(uri, word):
    with pytest.raises(CameraError) as caught:
        open_camera(uri)
    assert word in str(caught.value)


@pytest.mark.skipif(platform.machine() == 'aarch64', reason='this may be a Jetson')
def test_a_machine_that_is_no_jetson_is_told_so():
    with pytest.raises(CameraError) as caught:
        open_camera('csi://0')
    assert 'Jetson' in str(caught.value)
