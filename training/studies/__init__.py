# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Studies: questions that were asked once, each answered by one command. They read face_training, nothing reads them."""
