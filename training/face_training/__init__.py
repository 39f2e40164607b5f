# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0

"""Training of the face detectors: data in, a model folder out."""
