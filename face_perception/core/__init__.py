# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a face is, and the path of an image to faces. Needs numpy, nothing else."""
