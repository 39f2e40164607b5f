# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures and videos that tests make."""
import cv2
import numpy as np

# Blue on the left, red on the right, so that a turn, a mirror and a swap of channels show.
PICTURE = np.zeros((40, 60, 3), np.uint8)
PICTURE[:, :30] = (250, 0, 0)
PICTURE[:, 30:] = (0, 0, 250)


def save(path, image=PICTURE, options=()):
    assert cv2.imwrite(str(path), image, list(options))
    return str(path)


def make_video(path, frames=10, width=64, height=48, fps=12.5):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps, (width, height))
    for number in range(frames):
        writer.write(np.full((height, width, 3), 20 * number, np.uint8))
    writer.release()
    return str(path)
