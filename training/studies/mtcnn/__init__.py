# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fifth work: a pre-trained MTCNN against one fine-tuned on a cartoon show."""
