# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Builds a TensorRT engine of an ONNX file."""

from typing import Any, NamedTuple

from face_perception.backends.base import BackendError
from face_perception.backends.tensorrt import api
from face_perception.backends.tensorrt.log import made


class Built(NamedTuple):
    """What a build leaves."""

    plan: bytes         # the engine, serialised
    timings: bytes      # measured meanwhile; they make the next build faster


def build_engine(vendor: Any, log: Any, path: str, precision: str, workspace_mb: int, timings: bytes = b'',
                 calibrator: Any = None, monitor: Any = None) -> Built:
    """Build an engine in the current CUDA context.

    Args:
        vendor: the module `tensorrt`.
        log: of `log.new_log`.
        path: of the ONNX file.
        precision: 'fp32', 'fp16' or 'int8'.
        workspace_mb: memory that a layer may use, MiB.
        timings: of earlier builds on this GPU with this TensorRT, or b''.
        calibrator: for int8 of a file without Q/DQ nodes, or None.
        monitor: of `progress.BuildProgress`, or None.

    Raises:
        BackendError: TensorRT cannot read the file or makes no engine of it; the message has its words.
    """
    builder = made(log, lambda: vendor.Builder(log), 'builder')
    network = made(log, lambda: builder.create_network(api.network_flags(vendor)), 'network')
    parser = vendor.OnnxParser(network, log)
    with open(path, 'rb') as opened:
        content = opened.read()
    if not parser.parse(content):
        errors = '; '.join(str(parser.get_error(index).desc()) for index in range(parser.num_errors))
        raise BackendError('TensorRT {} cannot read {}: {}'.format(vendor.__version__, path, errors or log.take()))
    config = made(log, builder.create_builder_config, 'configuration')
    api.limit_workspace(vendor, config, workspace_mb << 20)
    api.set_precision(vendor, config, precision)
    if calibrator is not None:
        config.int8_calibrator = calibrator
    if monitor is not None:
        config.progress_monitor = monitor
    _use_timings(config, timings)
    plan = builder.build_serialized_network(network, config)
    if calibrator is not None and calibrator.failed:
        raise BackendError(calibrator.failed)
    if plan is None:
        raise BackendError('TensorRT {} builds no engine of {} ({} MiB of workspace): {}'.format(
            vendor.__version__, path, workspace_mb, log.take() or 'it does not say why'))
    return Built(bytes(plan), bytes(config.get_timing_cache().serialize()))


def _use_timings(config: Any, timings: bytes) -> None:
    """Give the builder what was measured before; nothing where it does not take that."""
    for content in (timings, b''):
        cache = config.create_timing_cache(content)
        if cache is not None and config.set_timing_cache(cache, ignore_mismatch=False):
            return
