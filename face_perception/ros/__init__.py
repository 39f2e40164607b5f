# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Words of ROS only: messages, parameters, QoS, life of a node, diagnostics."""
