# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Several detectors on the same pictures: tables, curves and a gallery."""
