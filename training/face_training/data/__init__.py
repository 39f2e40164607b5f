# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Labelled pictures: reading, checking, changing and loading them."""
