# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds human and cartoon faces in camera images: ROS 2 nodes, a command line and a Python interface."""

__version__ = '0.3.0'
