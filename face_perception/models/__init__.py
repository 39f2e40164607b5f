# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Model folders: model.json, the network files beside it, and where they are found."""
