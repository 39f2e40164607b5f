# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Files in and out: pictures and videos."""
