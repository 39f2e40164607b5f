# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Steps of build_interfaces.py: generate code, compile it, pack it as a wheel."""
