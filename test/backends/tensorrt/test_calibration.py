# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures for the ranges of int8, and a calibrator that lets no exception through to TensorRT."""
import cv2
import numpy as np
import pytest
from fakes import tensorrt as fake_tensorrt

from face_perception.backends import BackendError
from face_perception.backends.tensorrt import calibration
from face_perception.backends.tensorrt.calibration import new_calibrator, read_pictures
from face_perception.core.preprocess import InputSpec, preprocess

SPEC = InputSpec(32, 24, 'rgb', (127.0,) * 3, (1 / 128,) * 3, 'letterbox', 0.0)


def picture(folder, name, value, size=(48, 64, 3)):
    image = np.full(size, value, np.uint8)
    cv2.imwrite(str(folder / name), image)
    return image


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / 'notes.txt').write_text('no picture')
    (tmp_path / 'folder.png').mkdir()
    with pytest.raises(BackendError, match='expected a folder of pictures to calibrate int8 with, got .*, which has none'):
        next(read_pictures(str(tmp_path), SPEC))


def test_two_pictures_by_name_as_the_network_sees_them(tmp_path):
    later, first = picture(tmp_path, 'b.png', 20), picture(tmp_path, 'a.png', 10)
    (tmp_path / 'c.png').write_bytes(b'broken')
    tensors = list(read_pictures(str(tmp_path), SPEC))
    assert len(tensors) == 2
    for tensor, image in zip(tensors, (first, later)):
        np.testing.assert_array_equal(tensor, preprocess(image, SPEC)[0])


def test_many_pictures_are_enough_at_some_point(tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, 'MAX_PICTURES', 3)
    for number in range(5):
        picture(tmp_path, '{}.png'.format(number), number)
    assert len(list(read_pictures(str(tmp_path), SPEC))) == 3


def test_what_goes_wrong_is_said_and_not_raised(monkeypatch, cache):
    fake_tensorrt.install(monkeypatch, '8.2')
    import tensorrt

    class Buffer:
        host = np.zeros((4, 1), np.float32)
    made = new_calibrator(tensorrt, Buffer(), None, (1 / 0 for _ in 'a'), b'table')
    assert made.get_batch_size() == 4 and made.read_calibration_cache() == b'table'
    assert made.get_batch(['image']) is None and made.failed == 'division by zero'
    made.write_calibration_cache(memoryview(b'new'))
    assert made.table == b'new'
    assert new_calibrator(tensorrt, Buffer(), None, iter(()), b'').read_calibration_cache() is None
