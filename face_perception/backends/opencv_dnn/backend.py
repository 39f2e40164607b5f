# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The backend: convolutions by OpenCV, the rest by numpy.

Never on OpenCV's CUDA: its own figures on a Jetson Nano have a tiny face detector at 5.6 ms on the CPU and at 11 ms on
the GPU (https://github.com/opencv/opencv_zoo/blob/main/benchmark/README.md, YuNet at 160x120).
"""

import tempfile
from typing import Any, Dict, List, Sequence

import cv2
import numpy as np

from face_perception.backends.base import (
    Backend,
    BackendError,
    BackendInfo,
    BackendOptions,
    BackendUnavailable,
    check_signature,
    check_tensor,
    refuse_gpu_options,
)
from face_perception.backends.opencv_dnn.onnx_file import Node, read_graph, write_graph
from face_perception.backends.opencv_dnn.split import Rest, split
from face_perception.models.spec import ModelSpec, check_file, choose_file


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open the network of a model folder; see `open_backend`."""
    refuse_gpu_options('opencv_dnn', options)
    if not hasattr(cv2, 'dnn'):
        raise BackendUnavailable("the backend 'opencv_dnn' needs an OpenCV with its module dnn, {} has none; install one "
                                 'with: pip install opencv-python-headless'.format(cv2.__version__))
    path = check_file(folder, choose_file(spec, options.precision, options.batch))
    return OpenCvBackend(path, spec, options.threads, options.batch)


class OpenCvBackend(Backend):
    """One network of OpenCV's DNN module and what follows it."""

    def __init__(self, path: str, spec: ModelSpec, threads: int, batch: int = 1) -> None:
        """Take the path of the ONNX file, its specification, number of threads and batch."""
        with open(path, 'rb') as file:
            content = file.read()
        try:
            graph = read_graph(content)
            check_signature(spec, graph.inputs, graph.outputs, batch)
            blank = np.zeros((batch, 3, spec.input.height, spec.input.width), np.float32)

            def shape_of(nodes: List[Node], name: str) -> Sequence[int]:
                if name in graph.inputs:
                    return blank.shape
                net = _read_net(write_graph(graph, nodes, [name]))
                net.setInput(blank)
                return np.shape(net.forward(name))

            parts = split(graph, shape_of)
            self._net: Any = _read_net(write_graph(graph, parts.network, parts.cut))
            # OpenVINO's would take its place in an OpenCV built with it. The target is the CPU unless it is changed.
            self._net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
            self._spec, self._threads, self._cut = spec, threads, parts.cut
            self._rest = Rest(graph, parts.rest, self._forward(blank))
        except BackendError:
            raise
        except (cv2.error, ValueError, KeyError, IndexError, TypeError) as error:
            raise BackendError('the backend opencv_dnn (OpenCV {}) cannot run {}: {}; install ONNX Runtime, which runs '
                               'more networks: pip install onnxruntime'.format(
                                   cv2.__version__, path, ' '.join(str(error).split()))) from error
        self._info = BackendInfo(name='opencv_dnn', version=cv2.__version__, device='cpu', precision='fp32',
                                 threads=threads, model=path, batch=batch)

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Run the network once: (batch, 3, height, width) float32 -> {role: array}."""
        if self._net is None:
            raise BackendError('the opencv_dnn backend is closed')
        check_tensor(tensor, self._spec, self._info.batch)
        answer = self._rest.run(self._forward(tensor))
        return {role: answer[name] for role, name in self._spec.outputs.items()}

    @property
    def info(self) -> BackendInfo:
        """What runs."""
        return self._info

    def close(self) -> None:
        """Free the network."""
        self._net = None

    def _forward(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        # The number is one for the whole process; setting it costs a microsecond.
        before = cv2.getNumThreads()
        cv2.setNumThreads(self._threads)
        try:
            self._net.setInput(tensor)
            maps = self._net.forward(self._cut)
        finally:
            cv2.setNumThreads(before)
        return dict(zip(self._cut, maps))


def _read_net(content: bytes) -> Any:
    try:
        return cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
    except TypeError:   # before 4.1.1 from a file only
        with tempfile.NamedTemporaryFile(suffix='.onnx') as file:
            file.write(content)
            file.flush()
            return cv2.dnn.readNetFromONNX(file.name)
