# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Making a data set of one's own: pictures from the net, first annotations, a page to review them; and a model of it."""
