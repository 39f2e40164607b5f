# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fake TensorRT: what reads an ONNX file and builds a plan."""
import json
import zlib

import numpy as np

from fakes.tensorrt_run import open_session, use

MAGIC = b'fake plan '


class ILogger:
    def __init__(self):
        self._ready = True

    def log(self, severity, msg):
        raise NotImplementedError('Tried to call pure virtual function "ILogger::log"')


class Logger(ILogger):
    def __init__(self, min_severity=None):
        self._ready = True

    def log(self, severity, msg):
        pass


class Builder:
    def __init__(self, logger):
        use(self, 'Builder')
        if not getattr(logger, '_ready', False):
            self.vendor.machine.violate('Builder: the logger never called ILogger.__init__')
        self.logger = logger

    @property
    def max_batch_size(self):
        return 1

    @max_batch_size.setter
    def max_batch_size(self, size):
        self.vendor.machine.violate('max_batch_size: nothing to networks with an explicit batch')

    @property
    def platform_has_fast_fp16(self):
        return True

    def create_network(self, flags=0):
        known = self.vendor.NetworkDefinitionCreationFlag.__members__.values()
        if flags >> len(known):
            self.vendor.machine.violate('create_network: flags that this TensorRT does not know: {}'.format(flags))
        return self.vendor.INetworkDefinition(self, flags)

    def create_builder_config(self):
        return self.vendor.IBuilderConfig(self)

    def build_engine(self, network, config):
        self.vendor.machine.violate('build_engine: deprecated, build_serialized_network takes its place')

    def build_serialized_network(self, network, config):
        machine, vendor = self.vendor.machine, self.vendor
        machine.current('build_serialized_network')
        if network.model is None:
            machine.violate('build_serialized_network: nothing was parsed')
        if getattr(machine, 'build_error', ''):
            self.logger.log(vendor.ILogger.ERROR, machine.build_error)
            return None
        _report_progress(config)
        flags = config.names()
        precision = 'int8' if 'INT8' in flags else 'fp16' if 'FP16' in flags else 'fp32'
        if precision == 'int8' and b'QuantizeLinear' not in network.model and not config.calibrate(network, self.logger):
            self.logger.log(vendor.ILogger.ERROR, 'Calibration failure occurred with no scaling factors detected.')
            return None
        config.get_timing_cache().content += b'+' + precision.encode()
        machine.built = getattr(machine, 'built', 0) + 1
        head = {'tensorrt': vendor.__version__, 'capability': list(machine.capability), 'precision': precision,
                'tf32': 'TF32' in flags, 'workspace': config.workspace(), 'size': len(network.model),
                'crc': zlib.crc32(network.model)}
        return vendor.IHostMemory(MAGIC + json.dumps(head).encode() + b'\n' + network.model)


class INetworkDefinition:
    def __init__(self, builder, flags):
        self.builder, self.flags, self.model = builder, flags, None


class OnnxParser:
    def __init__(self, network, logger):
        self._network, self._errors = network, []

    @property
    def num_errors(self):
        return len(self._errors)

    def get_error(self, index):
        return self._errors[index]

    def parse(self, model, path=None):
        flags = self.vendor.NetworkDefinitionCreationFlag
        if hasattr(flags, 'EXPLICIT_BATCH') and self.vendor.generation != '10' and not self._network.flags & 1:
            return self._fail('This version of the ONNX parser only supports TensorRT INetworkDefinitions with an '
                              'explicit batch dimension.')
        try:
            open_session(bytes(model))
        except Exception as error:
            return self._fail('Failed to parse the model: {}'.format(error))
        self._network.model = bytes(model)
        return True

    def supports_model(self, model, path=None):
        self.vendor.machine.violate('supports_model: the fake does not know')

    def _fail(self, words):
        self._errors.append(self.vendor.ParserError(words))
        return False


class ParserError:
    def __init__(self, words):
        self._words = words

    def desc(self):
        return self._words


class IBuilderConfig:
    def __init__(self, builder):
        self._builder, self._timing, self._flags = builder, None, ['TF32']
        self._workspace = self._calibrator = self._monitor = None

    def set_flag(self, flag):
        self._check(flag)
        self._flags.append(flag.name)

    def clear_flag(self, flag):
        self._check(flag)
        self._flags = [name for name in self._flags if name != flag.name]

    def set_memory_pool_limit(self, pool, pool_size):
        if pool is not self.vendor.MemoryPoolType.WORKSPACE:
            self.vendor.machine.violate('set_memory_pool_limit: {}'.format(pool))
        self._workspace = pool_size

    @property
    def max_workspace_size(self):
        return self._workspace

    @max_workspace_size.setter
    def max_workspace_size(self, size):
        if self.vendor.generation != '8.2':
            self.vendor.machine.violate('max_workspace_size: deprecated since 8.4')
        self._workspace = size

    @property
    def int8_calibrator(self):
        return self._calibrator

    @int8_calibrator.setter
    def int8_calibrator(self, calibrator):
        self._calibrator = calibrator

    @property
    def progress_monitor(self):
        return self._monitor

    @progress_monitor.setter
    def progress_monitor(self, monitor):
        self._monitor = monitor

    def create_timing_cache(self, serialized_timing_cache):
        content = bytes(serialized_timing_cache)
        if content and not content.startswith(self.vendor.__version__.encode()):
            self._builder.logger.log(self.vendor.ILogger.ERROR, 'Timing cache header does not match.')
            return None
        return self.vendor.ITimingCache(content or self.vendor.__version__.encode())

    def set_timing_cache(self, cache, ignore_mismatch):
        self._timing = cache
        return True

    def get_timing_cache(self):
        return self._timing

    # From here on what the fake itself needs; no real name begins so.
    def names(self):
        return self._flags

    def workspace(self):
        return self._workspace

    def calibrate(self, network, logger):
        """Ask the calibrator as TensorRT does; tell whether there are ranges then."""
        calibrator, machine = self._calibrator, self.vendor.machine
        if calibrator is None:
            return False
        try:
            if calibrator.read_calibration_cache():
                return True
            batches = 0
            source = open_session(network.model).get_inputs()[0]
            assert calibrator.get_batch_size() == source.shape[0]
            size = 4 * int(np.prod(source.shape))
            for addresses in iter(lambda: calibrator.get_batch([source.name]), None):
                values = machine.region(addresses[0], size, 'get_batch').view(np.float32)
                assert np.isfinite(values).all()
                batches += 1
            if batches:
                calibrator.write_calibration_cache(memoryview('ranges of {} pictures'.format(batches).encode()))
            machine.batches = batches
        except Exception as error:
            machine.violate('a calibrator raised {!r}: the process aborts'.format(error))
        return batches > 0

    def _check(self, flag):
        if flag not in self.vendor.BuilderFlag.__members__.values():
            raise TypeError('incompatible function arguments: {}'.format(flag))


class IHostMemory(bytes):
    @property
    def nbytes(self):
        return len(self)


class ITimingCache:
    def __init__(self, content):
        self.content = content

    def serialize(self):
        return self.vendor.IHostMemory(self.content)


class IInt8EntropyCalibrator2:
    def __init__(self):
        pass

    def get_batch_size(self):
        raise NotImplementedError

    def get_batch(self, names):
        raise NotImplementedError

    def read_calibration_cache(self):
        raise NotImplementedError

    def write_calibration_cache(self, cache):
        raise NotImplementedError


class IProgressMonitor:
    def __init__(self):
        pass

    def phase_start(self, phase_name, parent_phase, num_steps):
        raise NotImplementedError

    def step_complete(self, phase_name, step):
        raise NotImplementedError

    def phase_finish(self, phase_name):
        raise NotImplementedError


def _report_progress(config):
    """Tell the monitor what TensorRT tells it: phases within phases."""
    monitor, machine = config._monitor, config.vendor.machine
    if monitor is not None:
        try:
            monitor.phase_start('Building Engine', None, 4)
            monitor.phase_start('Tactic timing', 'Building Engine', 10)
            assert monitor.step_complete('Tactic timing', 9) is True, 'False ends the build'
            monitor.phase_finish('Tactic timing')
            assert monitor.step_complete('Building Engine', 1) is True
        except Exception as error:
            machine.violate('a progress monitor raised {!r}: the process aborts'.format(error))
    getattr(machine, 'while_building', lambda: None)()


CLASSES = (ILogger, Logger, Builder, INetworkDefinition, OnnxParser, ParserError, IBuilderConfig, IHostMemory,
           ITimingCache, IInt8EntropyCalibrator2, IProgressMonitor)
