# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Windows of each kind overlap the faces as the paper says, and their offsets lead back to the face."""
import numpy as np
import pytest
import torch
from studies.mtcnn.frames import Frame
from studies.mtcnn.patches import (
    FACE,
    NONE,
    PART,
    Counts,
    cut_patches,
    joined,
    kind_of,
    mirrored,
    patches_at,
    random_windows,
)

from face_perception.core.boxes import iou


def test_no_frames_give_no_patches():
    assert len(cut_patches([], 12, 0)) == 0 and joined([], 24).pixels.shape == (0, 3, 24, 24)


def test_a_frame_without_faces_gives_windows_without_faces():
    frame = Frame('empty', np.zeros((60, 80, 3), np.uint8), np.zeros((0, 4), np.float32))
    patches = cut_patches([frame], 12, 0, Counts(anywhere=7))
    assert patches.kinds.tolist() == [NONE] * 7 and not patches.offsets.any()


@pytest.mark.parametrize('window, kind', [
    ([0, 0, 100, 100], FACE),           # IoU 1
    ([0, 0, 100, 65], FACE),            # .65, the least
    ([0, 0, 100, 64], PART),            # .64
    ([0, 0, 100, 40], PART),            # .4, the least
    ([0, 0, 100, 39], PART - 1),        # between part and none: not used
    ([0, 0, 100, 30], PART - 1),        # .3 is not less than .3
    ([0, 0, 100, 29], NONE),
    ([200, 200, 300, 300], NONE),       # apart
])
def test_kinds_by_overlap(window, kind):
    faces = np.array([[0, 0, 100, 100], [500, 500, 600, 600]], np.float32)
    assert kind_of(np.array([window], np.float32), faces)[0].tolist() == [kind]


def test_offsets_lead_from_the_window_to_the_nearest_face():
    faces = np.array([[0, 0, 100, 100], [510, 500, 600, 600]], np.float32)
    kinds, offsets = kind_of(np.array([[500, 500, 600, 600], [300, 0, 350, 50]], np.float32), faces)
    assert kinds.tolist() == [FACE, NONE]
    np.testing.assert_allclose(offsets, [[0.1, 0, 0, 0], [0, 0, 0, 0]], atol=1e-6)


def test_each_kind_is_cut_as_often_as_asked(drawn_frames):
    patches = cut_patches(drawn_frames, 12, 0, Counts(faces=3, parts=2, near=1, anywhere=4))
    assert [(patches.kinds == kind).sum() for kind in (FACE, PART, NONE)] == [18, 12, 30]
    assert patches.pixels.shape == (60, 3, 12, 12) and patches.pixels.dtype == np.uint8
    # Faces are bright, what is anywhere is mostly not.
    bright = patches.pixels.mean(axis=(1, 2, 3))
    assert bright[patches.kinds == FACE].mean() > 100 > bright[patches.kinds == NONE].mean()


def test_windows_are_those_of_the_kinds_that_were_cut(drawn_frames):
    frame = drawn_frames[0]
    windows = random_windows(frame, Counts(), 20.0, np.random.default_rng(0))
    sides = windows[:, 2:] - windows[:, :2]
    np.testing.assert_allclose(sides[:, 0], sides[:, 1], rtol=1e-4)
    patches = patches_at(frame, windows, 24)
    assert set(patches.kinds.tolist()) == {FACE, PART, NONE}
    used = windows[kind_of(windows, frame.boxes)[0] == FACE]
    assert iou(used, frame.boxes).min() >= 0.65


def test_the_same_seed_cuts_the_same(drawn_frames):
    first, second, other = (cut_patches(drawn_frames, 12, seed) for seed in (1, 1, 2))
    assert (first.pixels == second.pixels).all() and first.pixels.tobytes() != other.pixels.tobytes()


def test_a_mirrored_face_has_mirrored_offsets():
    pixels = torch.arange(2 * 3 * 2 * 2.).reshape(2, 3, 2, 2)
    offsets = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]])
    turned, moved = mirrored(pixels, offsets, torch.tensor([True, False]))
    assert turned[0, 0].tolist() == [[1, 0], [3, 2]] and turned[1].tolist() == pixels[1].tolist()
    torch.testing.assert_close(moved, torch.tensor([[-0.3, 0.2, -0.1, 0.4], [0.1, 0.2, 0.3, 0.4]]))
