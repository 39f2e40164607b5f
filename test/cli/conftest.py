# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs of face-perception detect."""
import blob_model
import cv2
import pytest
from detect_runs import GREEN, RED


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


@pytest.fixture
def folder(tmp_path):
    """Two images, one of them without a face, in two folders."""
    (tmp_path / 'in' / 'sub').mkdir(parents=True)
    cv2.imwrite(str(tmp_path / 'in' / 'a.png'), blob_model.blob_image(640, 480, RED, GREEN))
    cv2.imwrite(str(tmp_path / 'in' / 'sub' / 'b.png'), blob_model.blob_image(2000, 100))
    return tmp_path / 'in'
