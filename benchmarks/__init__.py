# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: figures with the command that gives them."""
