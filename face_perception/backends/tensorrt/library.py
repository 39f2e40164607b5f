# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Imports TensorRT and pycuda, and says what to do where they are missing.

Only here and only when a model is opened: pycuda.driver cannot be imported on a machine without NVIDIA's driver.
"""

from typing import Any, Tuple

from face_perception.backends.base import BackendUnavailable

_TENSORRT = ("the backend 'tensorrt' needs TensorRT ({}); on a Jetson it comes with JetPack (sudo apt install "
             'python3-libnvinfer), and a virtual environment sees it only if made with --system-site-packages; elsewhere: '
             'pip install tensorrt')
_PYCUDA = ("the backend 'tensorrt' needs pycuda and NVIDIA's driver ({}); on a Jetson: "
           'PATH=/usr/local/cuda/bin:$PATH pip install pycuda; elsewhere the driver too, nvidia-smi must find the GPU')
_GPU = "the backend 'tensorrt' needs an NVIDIA GPU ({}); in a container start it with: --runtime nvidia"


def import_tensorrt() -> Any:
    """Return the module `tensorrt`; raises BackendUnavailable."""
    try:
        import tensorrt
    except (ImportError, OSError) as error:     # OSError: a library that it loads by itself
        raise BackendUnavailable(_TENSORRT.format(_one_line(error))) from error
    if not hasattr(tensorrt, 'Runtime'):        # a folder of this name on the path passes for a package
        raise BackendUnavailable(_TENSORRT.format('the module found has no Runtime'))
    return tensorrt


def import_cuda() -> Tuple[Any, Any]:
    """Return (pycuda.driver, pycuda's module of the compiler), the driver ready for use; raises BackendUnavailable."""
    try:
        import pycuda.compiler
        import pycuda.driver
    except (ImportError, OSError) as error:
        raise BackendUnavailable(_PYCUDA.format(_one_line(error))) from error
    driver = pycuda.driver
    try:
        driver.init()
        count = driver.Device.count()
    except driver.Error as error:
        raise BackendUnavailable(_GPU.format(_one_line(error))) from error
    if not count:
        raise BackendUnavailable(_GPU.format('the driver finds none'))
    return driver, pycuda.compiler


def _one_line(error: BaseException) -> str:
    return ' '.join(str(error).split())
