# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Small programs to copy, the demo, and what both and the tests share."""
