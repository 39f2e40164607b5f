# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The command `face-perception`: the same detector without ROS."""
