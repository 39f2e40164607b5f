# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of face-perception detect share."""
import json

import blob_model
import cv2

from face_perception.cli.main import main

RED, GREEN = (100, 50, 200, 180), (300, 300, 420, 400)


def make_video(path, frames=20, width=64, height=48):
    """A red square that moves a pixel to the right with each frame."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'mp4v'), 10, (width, height))
    for number in range(frames):
        writer.write(blob_model.blob_image(width, height, red=(number % 40, 10, number % 40 + 16, 30)))
    writer.release()


def detect(model, tmp_path, *arguments):
    """Run with --json and return (exit status, the list written)."""
    out = tmp_path / 'out.json'
    # A backend by name: of 'auto' it would be said on stderr which one is taken.
    status = main(['detect', '--model', model, '--backend', 'onnxruntime', '--json', str(out)] + [
        str(each) for each in arguments])
    return status, json.loads(out.read_text(encoding='utf-8'))
