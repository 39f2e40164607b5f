# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Costs are counted right, and docs/models.md says what the command prints."""
import pathlib

import pytest
import torch

from face_training.cost import cost, cost_table

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
