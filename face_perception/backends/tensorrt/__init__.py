# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with TensorRT on an NVIDIA GPU, from TensorRT 8.2 (JetPack 4.6) to 11."""
