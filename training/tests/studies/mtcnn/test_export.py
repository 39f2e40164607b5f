# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The cascade as one network: what it finds, its suppression and its windows, and that the robot runs it like any model."""
import cv2
import numpy as np
import pytest
import torch
from studies.mtcnn.cascade import Cascade, Settings, cut, normalise, to_tensor
from studies.mtcnn.export import EXPORTED, export_cascade
from studies.mtcnn.graph import CascadeGraph, best, sample, suppress
from studies.mtcnn.nets import new_stages

from face_perception.api import open_detector
from face_perception.cli.main import main
from face_perception.core.boxes import iou, nms
from face_perception.core.preprocess import preprocess
from face_perception.models.spec import read_spec

pytestmark = pytest.mark.filterwarnings('ignore')       # of the exporter, about shapes that are fixed on purpose


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """A cascade of random weights for 160x120, whose first stage lets much through."""
    torch.manual_seed(2)
    settings = Settings(thresholds=(0.3, 0.1, 0.1), smallest=24)
    return export_cascade(new_stages(), tmp_path_factory.mktemp('models') / 'random', 160, 120, settings=settings), settings


@pytest.mark.parametrize('scores, kept', [
    ([0.0, 0.0, 0.0], []),              # nothing was found
    ([0.9, 0.8, 0.7], [0, 2]),          # the second overlaps the first
    ([0.8, 0.9, 0.7], [1, 2]),          # whatever their order
])
def test_suppression(scores, kept):
    boxes = torch.tensor([[0., 0., 10., 10.], [0., 1., 10., 11.], [50., 50., 60., 60.]])
    found, left = suppress(boxes, torch.tensor(scores), 0.5, 3)
    expected = sorted((boxes[row].tolist() for row in kept), key=str)
    assert sorted(found[left > 0].tolist(), key=str) == expected


def test_suppression_is_greedy_like_the_one_of_the_runtime():
    random = np.random.default_rng(0)
    for _ in range(20):
        corner = random.uniform(0, 60, (40, 2))
        boxes = np.concatenate([corner, corner + random.uniform(10, 40, (40, 2))], axis=1).astype(np.float32)
        scores = random.permutation(np.linspace(0.1, 0.9, 40)).astype(np.float32)
        found, left = suppress(torch.from_numpy(boxes), torch.from_numpy(scores), 0.3, 40)
        assert found[left > 0].numpy().tolist() == boxes[nms(boxes, scores, 0.3)].tolist()


def test_the_best_come_first():
    boxes, scores = best(torch.arange(12.).reshape(3, 4), torch.tensor([0.1, 0.9, 0.5]), 2)
    assert scores.tolist() == pytest.approx([0.9, 0.5]) and boxes[:, 0].tolist() == [4, 8]


def test_windows_are_resampled_as_the_cascade_does_nearly():
    image = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8), (0, 0), 3)
    squares = np.array([[10, 10, 34, 34], [20, 5, 68, 53]], np.float32)       # enlarged by 2 and just so
    _, expected = cut(image, squares + np.array([1, 1, 0, 0], np.float32), 48)
    found = sample(to_tensor(image), torch.from_numpy(squares), 48)
    assert (found - expected).abs().mean() < 3


def test_torch_and_the_exported_file_agree(folder, drawn_frames):
    path, settings = folder
    spec = read_spec(str(path))
    torch.manual_seed(2)
    graph = CascadeGraph(new_stages(), 160, 120, settings).eval()
    with open_detector(str(path), 'onnxruntime', score_threshold=0.0) as detector:
        for frame in drawn_frames[:3]:
            tensor, _ = preprocess(frame.image, spec.input)
            with torch.inference_mode():
                boxes, scores = graph(torch.from_numpy(tensor))
            assert boxes.shape[1] == scores.shape[1] == 32 and (scores > 0).any()
            assert torch.equal(torch.from_numpy(tensor), normalise(to_tensor(frame.image)))
            found = detector._run(tensor)
            np.testing.assert_allclose(found['scores'], scores.numpy(), atol=1e-4)
            # Those that were dropped all have score 0 and lie in any order.
            left = scores[0, :, 0].numpy() > 0
            np.testing.assert_allclose(found['boxes'][0, left], boxes[0].numpy()[left], atol=1e-4)


def test_the_exported_cascade_finds_the_faces_of_the_cascade(published, shared, tmp_path):
    image = cv2.imread(str(shared / 'pretrained' / 'refimages' / 'collage_640x480.png'))
    path = export_cascade(published, tmp_path / 'published', 640, 480, 'human', EXPORTED)
    with open_detector(str(path), 'onnxruntime') as detector:
        found = detector.detect(image)
    expected = Cascade(published).detect(image)
    assert len(found) == len(expected) == 4 and set(found.labels) == {'human'}
    assert iou(expected.boxes, found.boxes).max(axis=1).min() > 0.8


def test_the_benchmark_times_it_like_any_model(folder, capsys):
    arguments = ['--model', str(folder[0]), '--backend', 'onnxruntime', '--rounds', '1', '--seconds', '0.2']
    assert main(['benchmark', *arguments]) == 0
    assert '| random | 160x120 |' in capsys.readouterr().out
