# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Preprocessing on the GPU as a part of the backend: the kernel runs on the CPU, from the image to the faces."""
import re

import blob_model
import cv2
import numpy as np
import pytest
from fake_pycuda import CompileError
from kernel_on_cpu import needs_gxx

from face_perception.api import open_detector
from face_perception.backends import BackendOptions, open_backend
from face_perception.backends.tensorrt import gpu_input
from face_perception.core.preprocess import preprocess
from face_perception.models.spec import read_spec
from face_perception.models.store import find_model

pytestmark = needs_gxx


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


def open_it(folder, lines, **options):
    return open_backend('tensorrt', folder, read_spec(folder), BackendOptions(report=lines.append, **options))


def test_a_blank_image_has_no_face(machine, folder):
    backend = open_it(folder, [])
    spec = read_spec(folder).input
    outputs, geometry, seconds = backend.run_image(np.zeros((480, 640, 3), np.uint8), spec)
    assert not outputs['scores'].any() and seconds == 0.00025
    assert geometry == preprocess(np.zeros((480, 640, 3), np.uint8), spec)[1]
    backend.close()


@pytest.mark.parametrize('resize', ['stretch', 'letterbox'])
@pytest.mark.parametrize('tiles', [1, 2])
def test_faces_are_those_of_onnxruntime(one_machine, resize, tiles):
    image = cv2.imread(find_model('slim_320') + '/reference.png')
    wide = np.concatenate([image, image[:, ::-1]], axis=1)
    for given in (wide, wide[::2, 1::3], wide[:, ::-1]):       # any strides
        with open_detector('slim_320', 'onnxruntime', resize=resize, tiles=tiles) as detector:
            expected = detector.detect(given)
        with open_detector('slim_320', 'tensorrt', resize=resize, tiles=tiles) as detector:
            found = detector.detect(given)
            assert detector.timings.preprocess == pytest.approx(0.00025 * (1 if tiles == 1 else 3), rel=1)
        assert len(found) == len(expected) and found.labels.tolist() == expected.labels.tolist()
        np.testing.assert_allclose(found.boxes, expected.boxes, atol=1)
        np.testing.assert_allclose(found.scores, expected.scores, atol=2e-3)


def test_fitting_otherwise_between_two_images(one_machine, folder):
    backend = open_it(folder, [])
    stretch = read_spec(folder).input
    image = blob_model.blob_image(640, 240, red=(100, 50, 200, 180))
    for spec in (stretch, stretch._replace(resize='letterbox'), stretch):
        outputs, geometry, _ = backend.run_image(image, spec)
        np.testing.assert_allclose(geometry.to_source(outputs['boxes'][0])[0], [100, 50, 200, 180], atol=3)
    backend.close()


def test_images_and_tensors_take_turns(one_machine, folder):
    backend = open_it(folder, [])
    spec = read_spec(folder).input
    image = blob_model.blob_image(640, 480, red=(100, 50, 200, 180))
    first = backend.run_image(image, spec)[0]
    second = backend.run(preprocess(blob_model.blob_image(640, 480), spec)[0])
    third = backend.run_image(image, spec)[0]
    assert second['scores'].max() == 0 and third['scores'].tolist() == first['scores'].tolist()
    backend.close()


@pytest.mark.parametrize('error, words', [
    (OSError('nvcc not found in PATH'), 'nvcc not found in PATH.*on a Jetson /usr/local/cuda/bin'),
    (CompileError('nvcc compilation failed'), 'nvcc compilation failed')])
def test_without_a_compiler_the_cpu_does_it(one_machine, folder, monkeypatch, error, words):
    def no_compiler(*arguments, **options):
        raise type(error)(*error.args)      # a new one: frames that an exception holds live as long as it does
    import pycuda.compiler
    monkeypatch.setattr(pycuda.compiler, 'SourceModule', no_compiler)
    lines = []
    backend = open_it(folder, lines)
    assert backend.run_image is None
    assert 'Images are preprocessed on the CPU: cannot compile' in lines[-1]
    assert re.search(words, lines[-1])
    backend.close()


@pytest.mark.parametrize('spoil', [lambda value: value + 3, lambda value: value * np.nan])
def test_a_gpu_that_gives_other_pixels_is_left_out(one_machine, folder, monkeypatch, spoil):
    monkeypatch.setattr(gpu_input, 'preprocess', lambda image, spec: (spoil(preprocess(image, spec)[0]), None))
    lines = []
    backend = open_it(folder, lines)
    assert backend.run_image is None and backend.run(np.zeros((1, 3, 240, 320), np.float32))
    assert 'the GPU gives values that differ by' in lines[-1]
    backend.close()


def test_a_bad_image_is_refused_and_the_next_good_one_answered(one_machine, folder):
    with open_detector(folder, 'tensorrt') as detector:
        with pytest.raises(ValueError, match='expected an image'):
            detector.detect(np.zeros((4, 4), np.uint8))
        assert len(detector.detect(blob_model.blob_image(640, 480, red=(100, 50, 200, 180)))) == 1


def test_pixels_of_any_scale_are_compared(one_machine, tmp_path):
    folder = blob_model.write_blob_model(tmp_path, width=32, height=24, scale=[0.001, -1, 255], mean=[0, 127.5, 255],
                                         colour='bgr', resize='letterbox')
    backend = open_it(folder, [])
    assert backend.run_image is not None
    backend.close()
