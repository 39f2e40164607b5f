# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""WIDER FACE (Yang et al. 2016, "WIDER FACE: A face detection benchmark"): its files and its easy, medium and hard AP."""
