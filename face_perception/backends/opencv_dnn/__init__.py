# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with OpenCV's DNN module on the CPU: the last resort, which needs nothing but OpenCV and numpy."""

from face_perception.backends.opencv_dnn.backend import open_model

__all__ = ['open_model']
