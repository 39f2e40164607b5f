# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest

from face_training.annotation.collect import collect
from face_training.annotation.web.limits import Limits
from training.tests.annotation.picture_host import CONTACT, rows, running


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setenv('no_proxy', '127.0.0.1,localhost')
    with running() as made:
        yield made


@pytest.fixture
def quick():
    """Limits that a test has time for."""
    return Limits(delay=0.0, tries=3, back_off=0.01, longest_back_off=0.02, longest_wait=1.5,
                  connect=2.0, read=0.7, total=1.4)


@pytest.fixture
def addresses(tmp_path):
    """Write a list of addresses; return its path."""
    def write(*lines):
        path = tmp_path / 'addresses.txt'
        path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
        return path
    return write


@pytest.fixture
def run(host, addresses, quick, tmp_path):
    """Collect paths of the host; return the rows."""
    def collected(*paths, **limits):
        collect(addresses(*map(host.url, paths)), tmp_path / 'out', CONTACT, dataclasses.replace(quick, **limits))
        return rows(tmp_path / 'out')
    return collected
