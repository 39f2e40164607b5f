# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Points on faces: their own data, networks, loss and figures beside those of the detectors."""
