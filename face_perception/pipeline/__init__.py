# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames to faces without ROS: everything that runs continuously is a thin host around it."""
