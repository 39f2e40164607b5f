# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What is used when nobody says otherwise; thresholds come from the model itself."""

MODEL = 'slim_320'
LANDMARK_MODEL = 'landmarks_5'
BACKEND = 'auto'
LANDMARK_LABELS = ('human',)     # whose points are looked for: the model was trained with photographs
PRECISIONS = ('fp32', 'fp16', 'int8')      # the first unless another is asked for
THREADS = 1  # more wait for one another as soon as another process wants a core
