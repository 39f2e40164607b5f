# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with TensorRT on an NVIDIA GPU, from TensorRT 8.2 (JetPack 4.6) to 11.

library.py imports the vendor's libraries, api.py bridges the generations of TensorRT's API, cuda.py holds the context and
the memory; engine.py takes an engine out of cache.py or has build.py make one, with ranges of calibration.py for int8, and
verify.py looks at what it finds; backend.py runs it, preprocess.py fills its input on the GPU.
"""
