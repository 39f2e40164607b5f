# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""An engine for a model on this GPU: out of the cache, else built, checked and kept."""

from typing import Any, Callable, Iterator, NamedTuple, TypeVar

import numpy as np

from face_perception.backends.base import BackendError, BackendOptions
from face_perception.backends.tensorrt import api
from face_perception.backends.tensorrt.build import Built, build_engine
from face_perception.backends.tensorrt.cache import EngineCache, EngineKey, cache_folder
from face_perception.backends.tensorrt.calibration import new_calibrator, read_pictures
from face_perception.backends.tensorrt.cuda import Cuda
from face_perception.backends.tensorrt.log import made
from face_perception.backends.tensorrt.progress import BuildProgress
from face_perception.models.spec import FileSpec, ModelSpec, SpecError, check_file, choose_file

Started = TypeVar('Started')


class Source(NamedTuple):
    """What an engine is built of."""

    path: str           # of the ONNX file
    file: FileSpec
    measured: bool      # int8: the builder measures the ranges, from pictures


def choose_source(vendor: Any, folder: str, spec: ModelSpec, precision: str, batch: int) -> Source:
    """Return the file of a model folder for a precision and batch.

    Raises:
        BackendError: this TensorRT needs a file that the model does not have.
        SpecError: the file is not that of the specification.
    """
    wanted, measured = precision, False
    if precision == 'fp16' and api.has_precision_flags(vendor):
        wanted = 'fp32'
    elif precision == 'int8' and api.has_calibrator(vendor) and not _has_file(spec, 'int8', batch):
        wanted, measured = 'fp32', True
    try:
        file = choose_file(spec, wanted, batch)
    except SpecError as error:
        if wanted == 'fp32':
            raise
        raise BackendError('TensorRT {} takes the precision from the types in the ONNX file, and needs one of {} ({}); '
                           'export one, or leave precision at fp32'.format(vendor.__version__, wanted, error)) from error
    return Source(check_file(folder, file), file, measured)


def _has_file(spec: ModelSpec, precision: str, batch: int) -> bool:
    return any(key.split('_')[0] == precision and file.batch == batch for key, file in spec.files.items())


class EngineMaker:
    """Makes the engine of one model."""

    def __init__(self, vendor: Any, log: Any, cuda: Cuda, spec: ModelSpec, source: Source,
                 options: BackendOptions) -> None:
        """Take the module `tensorrt`, its log, an open context and what is wanted."""
        self._vendor, self._log, self._cuda = vendor, log, cuda
        self._spec, self._source, self._options = spec, source, options
        self._cache = EngineCache(cache_folder(options.cache_dir), options.report)
        self.key = EngineKey(
            model=spec.name, precision=options.precision, onnx_sha256=source.file.sha256, tensorrt=vendor.__version__,
            gpu=cuda.name, capability='{}.{}'.format(*cuda.capability))
        self._what = 'the TensorRT engine of {} ({}) for {}'.format(spec.name, options.precision, cuda.name)

    @property
    def path(self) -> str:
        """Where the engine is kept."""
        return self._cache.path(self.key)

    def make(self, start: Callable[[Any], Started], check: Callable[[Started], None], rebuild: bool = False) -> Started:
        """Return what `start` makes of the engine, in the current context.

        Args:
            start: takes the engine.
            check: takes what was made of an engine just built, and raises where that must not be used or kept.
            rebuild: do not look into the cache.

        Raises BackendError.
        """
        engine, why = (None, 'that is asked for') if rebuild else self._from_cache()
        if engine is not None:
            return start(engine)
        with self._cache.lock():
            if not rebuild:     # meanwhile another process may have built it
                engine, why = self._from_cache()
                if engine is not None:
                    return start(engine)
            self._options.report('{} has to be built: {}.'.format(self._what[:1].upper() + self._what[1:], why))
            built = self._build()
            started = start(made(self._log, lambda: self._deserialise(built.plan), 'engine of the plan just built'))
            check(started)
            self._cache.write(self.key.timings_name, built.timings)
            self._cache.save(self.key, built.plan)
        return started

    def _from_cache(self) -> Any:
        plan, why = self._cache.load(self.key)
        if plan is None:
            return None, why
        engine = self._deserialise(plan)
        if engine is None:
            why = 'TensorRT refuses {} ({})'.format(self.path, self._log.take() or 'it does not say why')
        return engine, why

    def _deserialise(self, plan: bytes) -> Any:
        """Return an engine, or None: TensorRT does not raise."""
        runtime = made(self._log, lambda: self._vendor.Runtime(self._log), 'runtime')
        return runtime.deserialize_cuda_engine(plan)

    def _build(self) -> Built:
        calibrator = self._calibrator() if self._source.measured else None
        with BuildProgress(self._what, self._options.report) as progress:
            built = build_engine(
                self._vendor, self._log, self._source.path, self._options.precision, self._options.workspace_mb,
                self._cache.read(self.key.timings_name), calibrator, progress.monitor(self._vendor))
        if calibrator is not None:
            self._cache.write(self.key.calibration_name, calibrator.table)
        return built

    def _calibrator(self) -> Any:
        folder = self._options.calibration_dir
        table = b'' if folder else self._cache.read(self.key.calibration_name)
        if not folder and not table:
            raise BackendError(
                '{} needs pictures such as the robot sees, to measure the ranges of values: face-perception build-engine {} '
                '--precision int8 --calibrate FOLDER'.format(self._what, self._spec.name))
        tensors: Iterator[np.ndarray] = read_pictures(folder, self._spec.input) if folder else iter(())
        buffer = self._cuda.new_buffer((self._options.batch, 3, self._spec.input.height, self._spec.input.width))
        return new_calibrator(self._vendor, buffer, self._cuda.stream, tensors, table)
