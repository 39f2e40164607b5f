# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How a training ends before its schedule does."""


class TrainingError(RuntimeError):
    """A running training cannot go on; what last.ckpt holds is good. One sentence, exit status 1."""


class Interrupted(Exception):
    """The training was asked to stop and its state is saved. Exit status 0."""
