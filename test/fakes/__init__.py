# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for hardware that is not here. They keep the rules of the real thing: whoever breaks one fails."""
