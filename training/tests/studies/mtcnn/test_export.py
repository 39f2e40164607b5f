# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The cascade as one network: what it finds, its suppression and its windows, and that the robot runs it like any model."""
import json

import cv2
import numpy as np
import pytest
import torch
from studies.mtcnn.cascade import Cascade, Settings, drop_nested, normalise, to_tensor
from studies.mtcnn.cascade import cut as cut_of_cascade
from studies.mtcnn.export import EXPORTED, export_cascade
from studies.mtcnn.graph import LIMITS, CascadeGraph, Windows, cut, means, suppress
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


def windows(boxes, scores):
    """Return Windows that want to stay, best first."""
    boxes, scores = torch.as_tensor(boxes), torch.as_tensor(scores)
    return Windows(boxes, torch.zeros_like(boxes), scores).best(len(scores))


@pytest.mark.parametrize('scores, kept', [
    ([0.0, 0.0, 0.0], []),              # nothing was found
    ([0.9, 0.8, 0.7], [0, 2]),          # the second overlaps the first
    ([0.8, 0.9, 0.7], [1, 2]),          # whatever their order
])
def test_suppression(scores, kept):
    boxes = torch.tensor([[0., 0., 10., 10.], [0., 1., 10., 11.], [50., 50., 60., 60.]])
    found = suppress(windows(boxes, scores), 0.5)
    assert found.boxes[found.scores > 0].tolist() == [boxes[row].tolist() for row in kept]


@pytest.mark.parametrize('nested', [False, True])
def test_suppression_is_greedy_like_that_of_the_cascade(nested):
    random = np.random.default_rng(0)
    for _ in range(20):
        corner = random.uniform(0, 60, (40, 2))
        boxes = np.concatenate([corner, corner + random.uniform(10, 40, (40, 2))], axis=1).astype(np.float32)
        scores = random.permutation(np.linspace(0.1, 0.9, 40)).astype(np.float32)
        found = suppress(windows(boxes, scores), 0.3, nested)
        expected = (drop_nested if nested else nms)(boxes, scores, 0.3)
        assert found.boxes[found.scores > 0].numpy().tolist() == boxes[expected].tolist()


def test_the_best_come_first_and_move():
    found = Windows(torch.arange(12.).reshape(3, 4), torch.full((3, 4), 0.5), torch.tensor([0.1, 0.9, 0.5])).best(2)
    assert found.scores.tolist() == pytest.approx([0.9, 0.5]) and found.boxes[:, 0].tolist() == [4, 8]
    assert found.moved(0).tolist() == [[5, 6, 7, 8], [9, 10, 11, 12]] and found.moved(1)[0].tolist() == [5.5, 6.5, 7.5, 8.5]


@pytest.mark.parametrize('size, count', [(7, 7), (21, 8), (5, 9)])        # the same, smaller, larger
def test_means_are_those_of_torch(size, count):
    values = torch.rand(1, 1, size, generator=torch.Generator().manual_seed(0))
    expected = torch.nn.functional.adaptive_avg_pool1d(values, count)[0, 0]
    torch.testing.assert_close(means(size, count) @ values[0, 0], expected)


def test_windows_are_cut_out_as_the_cascade_does():
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    # Enlarged, over two borders, all of it, outside, and not even one pixel.
    squares = np.array([[10.7, 10, 34, 34], [-9, 30, 41, 80], [0, 0, 80, 80], [90, 5, 99, 14], [5, 5, 5, 5]], np.float32)
    kept, expected = cut_of_cascade(image, squares, 24)
    pixels = normalise(to_tensor(image))
    sums = torch.nn.functional.pad(pixels.cumsum(2).cumsum(3), (1, 0, 1, 0))
    found, inside = cut(sums, torch.from_numpy(squares), 24)
    assert inside.tolist() == [1, 1, 1, 0, 1] and len(kept) == 4 and torch.isfinite(found).all()
    torch.testing.assert_close(found[inside > 0], normalise(expected), atol=1e-3, rtol=0)


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
            assert boxes.shape[1] == scores.shape[1] == LIMITS.output and (scores > 0).any()
            assert torch.equal(torch.from_numpy(tensor), normalise(to_tensor(frame.image)))
            found = detector._run(tensor)
            # Random weights give nearly one score to all, so rounding decides which of two that overlap survives.
            expected = np.concatenate([boxes[0], scores[0]], axis=1)
            rows = np.concatenate([found['boxes'][0], found['scores'][0]], axis=1)
            same = [np.abs(rows - row).max(axis=1).min() < 1e-4 for row in expected[:10]]
            assert sum(same) >= 8


@pytest.mark.parametrize('name, faces', [
    ('astronaut_640x480', 1),   # one large face
    ('collage_640x480', 4),     # four faces of several sizes
])
def test_the_exported_cascade_gives_the_detections_of_facenet_pytorch(published, shared, tmp_path, name, faces):
    expected = json.loads((shared / 'pretrained' / 'mtcnn' / 'reference.json').read_text())[name]
    path = export_cascade(published, tmp_path / 'published', 640, 480, 'human', EXPORTED)
    with open_detector(str(path), 'onnxruntime') as detector:
        found = detector.detect(cv2.imread(str(shared / 'pretrained' / 'refimages' / f'{name}.png')))
    assert len(found) == len(expected['prob']) == faces and set(found.labels) == {'human'}
    overlaps = iou(np.array(expected['boxes_xyxy'], np.float32), found.boxes)
    assert overlaps.max(axis=1).min() >= 0.99
    assert np.abs(found.scores[overlaps.argmax(axis=1)] - expected['prob']).max() < 1e-3


def test_the_exported_cascade_finds_the_faces_of_the_cascade_on_a_show(published, shared, tmp_path):
    path, count = export_cascade(published, tmp_path / 'published'), 0
    with open_detector(str(path), 'onnxruntime') as detector:
        for picture in sorted((shared / 'data' / 'faces' / 'dexter').glob('val_*.jpg'))[::20]:
            image = cv2.imread(str(picture))
            expected, found = Cascade(published).detect(image), detector.detect(image)
            assert len(found) == len(expected), picture
            if len(found):
                assert iou(expected.boxes, found.boxes).max(axis=1).min() >= 0.95, picture
            count += len(found)
    assert count >= 5


def test_the_benchmark_times_it_like_any_model(folder, capsys):
    arguments = ['--model', str(folder[0]), '--backend', 'onnxruntime', '--rounds', '1', '--seconds', '0.2']
    assert main(['benchmark', *arguments]) == 0
    assert '| random | 160x120 |' in capsys.readouterr().out
