# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json
import pathlib

import pytest
import torch

from face_training.annotation.recipe import recipe
from face_training.annotation.start import MOBILENET, NETWORKS, start_of, write_start
from face_training.distill import load_teacher
from face_training.networks import build
from face_training.networks.base import merge_labels

DATA = (pathlib.Path('train.json'), pathlib.Path('val.json'))
ROOT = pathlib.Path(__file__).parents[3]


@pytest.mark.parametrize('name', sorted(set(NETWORKS) - {MOBILENET}))
def test_every_shipped_model_can_be_started_from(name, drawn, tmp_path):
    start = start_of(name)
    config = recipe('mine', start, ['human', 'cartoon'], (drawn, drawn), 24)
    config = write_start(start, config, tmp_path / 'start.safetensors')
    net = build(start.network, 3, config.model.pretrained)
    shipped = build(start.network, 2, str(ROOT / 'models' / name / 'weights.safetensors'))
    assert torch.equal(net.backbone_stages()[0][0].weight, shipped.backbone_stages()[0][0].weight)
    teacher = load_teacher(config, build(start.network, 2))
    assert teacher.classes == 2 and config.distill.only_background     # what it knows of labels is not taught


@pytest.mark.parametrize('shares', [(0.5, 0.5), (0.0, 1.0)])
def test_labels_are_merged_to_their_mean(shares):
    torch.manual_seed(0)
    net = build('slim', 2).eval()
    one = build('slim', 1).eval()
    one.load_pretrained(merge_labels(net, shares))
    images = torch.randn(1, 3, 240, 320)
    with torch.no_grad():
        two, single = net(images)[0], one(images)[0]
    assert torch.allclose(single[..., 0], two[..., 0], atol=1e-5)
    assert torch.allclose(single[..., 1], two[..., 1:] @ torch.tensor(shares), atol=1e-5)


def test_a_face_begins_as_the_label_that_the_start_gives_it(tmp_path):
    """The reference picture of slim_320 shows a person: the one label is all but that of people."""
    folder = ROOT / 'models' / 'slim_320'
    reference = json.loads((folder / 'model.json').read_text())['proof']['reference']['detections']
    path = tmp_path / 'data.json'
    path.write_text(json.dumps({
        'images': [{'id': n, 'file_name': str(folder / 'reference.png'), 'width': 320, 'height': 240} for n in range(30)],
        'annotations': [{'id': n, 'image_id': n, 'category_id': 1, 'bbox': reference[0]['bbox']} for n in range(30)],
        'categories': [{'id': 1, 'name': 'mine'}]}))
    start = start_of('slim_320')
    config = write_start(start, recipe('mine', start, ['mine'], (path, path), 30), tmp_path / 'start.safetensors')
    one, shipped = build('slim', 1, config.model.pretrained).eval(), build('slim', 2, start.weights).eval()
    images = torch.rand(1, 3, 240, 320)
    with torch.no_grad():
        given, two = one(images)[0][..., 1], shipped(images)[0]
    assert reference[0]['label'] == 'human'
    assert torch.allclose(given, 31 / 32 * two[..., 1] + 1 / 32 * two[..., 2], atol=1e-4)


def test_mobilenet_starts_from_a_backbone_or_from_nothing(tmp_path, monkeypatch, shared):
    monkeypatch.setenv('FACE_PERCEPTION_SHARED', str(tmp_path))
    assert start_of(MOBILENET).weights == ''
    monkeypatch.setenv('FACE_PERCEPTION_SHARED', str(shared))
    start = start_of(MOBILENET)
    config = recipe('mine', start, ['mine'], DATA, 24)
    assert write_start(start, config, tmp_path / 'start.safetensors') == config
    net = build(start.network, 3, start.weights)
    assert net.base_net[0][0].weight.shape[0] == 8 and net.classes == 4


def test_a_model_without_weights_is_said(tmp_path):
    with pytest.raises(ValueError, match='none.safetensors is missing: expected the weights of slim_320'):
        start_of('slim_320', str(tmp_path / 'none.safetensors'))
