# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs an engine: page-locked memory, one stream, asynchronous copies."""

import traceback
from typing import Any, Callable, Dict, Optional, Tuple

import numpy as np

from face_perception.backends.base import (
    Backend,
    BackendError,
    BackendInfo,
    BackendLost,
    BackendOptions,
    check_signature,
    check_tensor,
)
from face_perception.backends.tensorrt import api
from face_perception.backends.tensorrt.cuda import Buffer, CopyTime, Cuda
from face_perception.backends.tensorrt.engine import EngineMaker, Source, choose_source
from face_perception.backends.tensorrt.gpu_input import GpuInput, open_gpu_input
from face_perception.backends.tensorrt.library import import_cuda, import_tensorrt
from face_perception.backends.tensorrt.log import new_log
from face_perception.backends.tensorrt.verify import compare_with_fp32
from face_perception.core.preprocess import Geometry, InputSpec
from face_perception.models.spec import ModelSpec


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open the network of a model folder, after building its engine where there is none; see `open_backend`."""
    return open_engine(folder, spec, options)


def open_engine(folder: str, spec: ModelSpec, options: BackendOptions, rebuild: bool = False) -> 'TensorRtBackend':
    """Open a model as `open_model` does; `rebuild`: build its engine even where there is one."""
    if options.device == 'cpu':
        raise BackendError("the backend 'tensorrt' runs on the GPU, expected the device auto or gpu, got cpu")
    vendor = import_tensorrt()
    driver, compiler = import_cuda()
    source = choose_source(vendor, folder, spec, options.precision, options.batch)
    log = new_log(vendor)
    try:
        cuda = Cuda(driver)
        try:
            return _open(vendor, compiler, log, cuda, folder, spec, source, options, rebuild)
        except BaseException as error:
            _forget_frames(error)
            cuda.close()
            raise
    except driver.Error as error:
        raise BackendError('CUDA: {}'.format(_one_line(error))) from error


class TensorRtBackend(Backend):
    """One engine with its memory. Open, run and close it in one thread."""

    def __init__(self, runner: Any, cuda: Cuda, spec: ModelSpec, info: BackendInfo) -> None:
        """Take an engine of `api.open_engine`, the context it lives in, its specification and what to call it.

        Within the context. Raises BackendError where the engine is not that of the specification.
        """
        tensors = runner.tensors()
        check_signature(spec, {tensor.name: list(tensor.shape) for tensor in tensors if tensor.is_input},
                        {tensor.name: list(tensor.shape) for tensor in tensors if not tensor.is_input}, info.batch)
        others = ['{} {}'.format(tensor.name, tensor.kind) for tensor in tensors if tensor.kind != 'FLOAT']
        if others:
            raise BackendError('{}: expected inputs and outputs of float32, the engine has {}; export the network so'.format(
                spec.name, ', '.join(others)))
        self.engine_path = ''       # where the engine is kept
        self._runner: Any = runner
        cuda.before_closing(self._let_go)
        self._cuda, self._spec, self._info = cuda, spec, info
        self._buffers: Dict[str, Buffer] = {tensor.name: cuda.new_buffer(tensor.shape) for tensor in tensors}
        runner.bind({name: buffer.address for name, buffer in self._buffers.items()})
        self._gpu_input: Optional[GpuInput] = None
        self._upload = CopyTime(cuda)
        self._download = CopyTime(cuda)

    def preprocess_on_gpu(self, compiler: Any, report: Callable[[str], None]) -> None:
        """Offer `run_image`, where the GPU can do it; takes the module pycuda.compiler. Within the context."""
        if self._info.batch == 1:
            buffer = self._buffers[self._spec.input.name]
            self._gpu_input = open_gpu_input(self._cuda, compiler, self._spec.input, buffer, report)
            self.run_image = None if self._gpu_input is None else self._run_image

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Run the network once: (1, 3, height, width) float32 -> {role: array}."""
        check_tensor(tensor, self._spec, self._info.batch)
        return self._within(lambda: self._run(tensor))

    @property
    def info(self) -> BackendInfo:
        """What runs."""
        return self._info

    def close(self) -> None:
        """Free the engine, its memory and the context, in this order."""
        self._cuda.close()

    def _let_go(self) -> None:
        self._runner = self._gpu_input = self.run_image = None
        self._buffers = {}

    def _within(self, call: Callable[[], Any]) -> Any:
        if self._runner is None:
            raise BackendError('the tensorrt backend is closed')
        driver = self._cuda.driver
        try:
            with self._cuda:
                return call()
        except driver.MemoryError as error:
            raise BackendError('CUDA: {}'.format(_one_line(error))) from error
        except driver.Error as error:
            # CUDA answers all that follows a fault with the same error, until the process ends.
            raise BackendLost('the GPU is lost to this process: {}'.format(_one_line(error))) from error

    def _run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        buffer = self._buffers[self._spec.input.name]
        np.copyto(buffer.host, tensor)
        with self._upload:
            buffer.upload(self._cuda.stream)
        outputs = self._infer()
        self.copied = self._upload.seconds() + self._download.seconds()
        return outputs

    def _run_image(self, image: np.ndarray, spec: InputSpec) -> Tuple[Dict[str, np.ndarray], Geometry, float]:
        """See `face_perception.core.detector.RunImage`."""
        def run() -> Tuple[Dict[str, np.ndarray], Geometry, float]:
            assert self._gpu_input is not None
            geometry = self._gpu_input.fill(image, spec, self._buffers[spec.name].address)
            outputs = self._infer()
            self.copied = self._gpu_input.copied() + self._download.seconds()
            return outputs, geometry, self._gpu_input.seconds()
        outputs: Tuple[Dict[str, np.ndarray], Geometry, float] = self._within(run)
        return outputs

    def _infer(self) -> Dict[str, np.ndarray]:
        """Run on what lies in the memory of the input."""
        stream = self._cuda.stream
        if not self._runner.execute(stream.handle):
            raise BackendError('TensorRT refused to run {}'.format(self._spec.name))
        outputs = {role: self._buffers[name] for role, name in self._spec.outputs.items()}
        with self._download:
            for buffer in outputs.values():
                buffer.download(stream)
        stream.synchronize()
        return {role: buffer.host.copy() for role, buffer in outputs.items()}


def _open(vendor: Any, compiler: Any, log: Any, cuda: Cuda, folder: str, spec: ModelSpec, source: Source,
          options: BackendOptions, rebuild: bool) -> TensorRtBackend:
    info = BackendInfo(name='tensorrt', version=vendor.__version__, device=cuda.name, precision=options.precision, threads=1,
                       model=source.path, batch=options.batch)
    with cuda:
        maker = EngineMaker(vendor, log, cuda, spec, source, options)
        opened = maker.make(
            lambda engine: TensorRtBackend(api.open_engine(vendor, engine), cuda, spec, info),
            lambda opened: compare_with_fp32(folder, spec, opened.info, opened.run), rebuild)
        opened.engine_path = maker.path
        opened.preprocess_on_gpu(compiler, options.report)
    return opened


def _one_line(error: BaseException) -> str:
    return ' '.join(str(error).split())


def _forget_frames(error: Optional[BaseException]) -> None:
    """Let go of what the frames of an exception hold: an engine must end before its context does."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
