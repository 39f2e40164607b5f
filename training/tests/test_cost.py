# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Costs are counted right, and docs/models.md says what the command prints."""
import pathlib

import pytest
import torch

from face_training.cost import cost, cost_table, extd_table

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'models.md'


def test_a_network_without_layers_costs_nothing():
    assert cost(torch.nn.Identity(), 8, 8) == (0, 0)


def test_two_convolutions_by_hand():
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, padding=1, bias=False), torch.nn.Conv2d(4, 5, 1))
    found = cost(net, 10, 20)
    assert found.parameters == pytest.approx((3 * 4 * 9 + 4 * 5 + 5) / 1e6)
    assert found.multiply_adds == pytest.approx(200 * (3 * 4 * 9 + 4 * 5) / 1e6)


def test_the_document_has_the_table():
    assert cost_table() in DOCUMENT.read_text(encoding='utf-8')


def test_extd_in_every_form():
    """The paper gives .063, .1 and .16 M parameters for the FPN form."""
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in extd_table().splitlines()[2:]]
    assert len(rows) == 18 and len({tuple(row[:3]) for row in rows}) == 18
    parameters = {tuple(row[:3]): int(row[3].replace(',', '')) for row in rows}
    published = [parameters['FPN', width, 'PReLU'] for width in ('32', '48', '64')]
    assert published == pytest.approx([63e3, 100e3, 160e3], rel=0.02)
    # A PReLU has one slope; the network of width 48 has one in the stem, one in its first block and two in each other.
    assert parameters['FPN', '48', 'PReLU'] - parameters['FPN', '48', 'ReLU'] == 1 + 1 + 4 * 2
    assert parameters['FPN', '48', 'LeakyReLU'] == parameters['FPN', '48', 'ReLU']


def test_the_document_has_every_form_of_extd():
    lines = DOCUMENT.read_text(encoding='utf-8').splitlines()
    for row in extd_table().splitlines()[2:]:
        assert any(line.startswith(row) for line in lines), f'docs/models.md has no row that begins with {row}'
