# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The exported file against torch, on real pictures and on made-up outputs."""
import os
import pathlib

import numpy as np
import pytest
import torch

from face_training.config import read_config
from face_training.data.load import read_samples
from face_training.data.sample import read_image
from face_training.export import difference, export, save_weights
from face_training.graph import DetectorGraph
from face_training.networks import build
from face_training.networks.base import read_weights

CONFIG = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_320.yaml'


def output(*rows):
    table = np.array(rows, np.float32).reshape(1, -1, 6)
    return {'boxes': table[:, :, :4], 'scores': table[:, :, 4:]}


ONE, TWO = [0.1, 0.1, 0.2, 0.2, 0.9, 0.05], [0.5, 0.5, 0.7, 0.7, 0.3, 0.8]
LOW = [0.0, 0.0, 0.1, 0.1, 0.2, 0.1]             # the last of the top K, whose equals may have fallen out


def test_an_empty_row_does_not_differ_from_itself():
    assert difference(output([0.0] * 6), output([0.0] * 6)) == 0.0


def test_two_rows_of_two_labels_differ_by_their_worst_number():
    assert difference(output(ONE, TWO, LOW), output(ONE, TWO, LOW)) == 0.0
    moved = [0.5, 0.5, 0.7, 0.72, 0.3, 0.8]
    assert difference(output(ONE, TWO, LOW), output(ONE, moved, LOW)) == pytest.approx(0.02, abs=1e-5)


def test_rows_of_equal_score_may_change_places_but_not_vanish():
    other = [0.3, 0.3, 0.4, 0.4, 0.1, 0.9]
    assert difference(output(ONE, other, LOW), output(other, ONE, LOW)) == 0.0
    assert difference(output(ONE, other, LOW), output(ONE, ONE, LOW)) > 0.1


def test_weights_come_back_and_others_may_read_them(tmp_path):
    net = build('slim', 2)
    before = os.umask(0o022)
    try:
        save_weights(net, tmp_path / 'weights.safetensors')
    finally:
        os.umask(before)
    state = read_weights(tmp_path / 'weights.safetensors')
    assert all(torch.equal(state[name], tensor) for name, tensor in net.state_dict().items())
    assert (tmp_path / 'weights.safetensors').stat().st_mode & 0o777 == 0o644


def test_the_graph_sorts_rows_and_keeps_boxes_with_their_scores():
    torch.manual_seed(3)
    net = build('slim', 2).eval()
    config = read_config(CONFIG, ['model.width=96', 'model.height=64', 'export.top_k=20'])
    boxes, scores = DetectorGraph(net, config)(torch.rand(2, 3, 64, 96))
    assert boxes.shape == (2, 20, 4) and scores.shape == (2, 20, 2)
    best = scores.max(dim=2).values
    assert (best[:, :-1] >= best[:, 1:]).all()


def test_score_calibration_divides_the_odds_of_every_score():
    torch.manual_seed(3)
    net, image = build('slim', 2).eval(), torch.rand(1, 3, 64, 96)
    small = ['model.width=96', 'model.height=64', 'export.top_k=5']
    before, after = (DetectorGraph(net, read_config(CONFIG, small + [f'export.score_calibration={c}']))(image)[1]
                     for c in (1.0, 2.0))
    assert torch.allclose(after / (1 - after), before / (1 - before) / 2, rtol=1e-4)


def test_torch_and_onnx_runtime_agree_on_real_pictures(shared, tmp_path):
    config = read_config(CONFIG)
    net = build('slim', 2, shared / 'pretrained' / 'ulfg' / 'slim-320.safetensors').eval()
    samples = read_samples(shared / 'data' / 'faces' / 'val.json', config.data.labels)
    # export() itself refuses a file whose outputs differ by more than 1e-4 or whose detections are others.
    assert export(net, config, tmp_path / 'slim_320', [read_image(s) for s in samples[::70]]) <= 1e-4
