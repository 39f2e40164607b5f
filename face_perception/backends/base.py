# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The interface of all backends, its options and errors, and the checks that they share."""

import abc
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional

import numpy as np

from face_perception.core import defaults
from face_perception.core.detector import RunImage
from face_perception.models.spec import DetectionSpec, ModelSpec


class BackendUnavailable(ImportError):
    """The library of a backend is not installed; the message has the line that installs it."""


class BackendError(RuntimeError):
    """A backend cannot open a model, or was used against the rules of `Backend`."""


class BackendLost(BackendError):
    """The device is lost to this process, such as a GPU after a fault; only a new process can go on."""


def _say_nothing(line: str) -> None:
    pass


class BackendOptions(NamedTuple):
    """How a network is to run. A backend refuses what it cannot do, with BackendError."""

    device: str = 'auto'                # 'auto', 'cpu' or 'gpu'
    precision: str = defaults.PRECISIONS[0]     # 'fp32', 'fp16' or 'int8'
    threads: int = defaults.THREADS     # of the CPU
    workspace_mb: int = 64              # memory of the GPU for building, MiB
    cache_dir: str = ''                 # folder for what is built once; '': the user's cache folder
    calibration_dir: str = ''           # folder of pictures for building int8 where the library measures ranges itself
    report: Callable[[str], None] = _say_nothing    # takes what a user should know while a model opens, a line each
    batch: int = 1                      # images of one run; the model has a network file for each size

    def checked(self) -> 'BackendOptions':
        """Return itself; raise ValueError for a value that no backend takes."""
        _check_choice('device', self.device, ('auto', 'cpu', 'gpu'))
        _check_choice('precision', self.precision, defaults.PRECISIONS)
        for name in ('threads', 'workspace_mb', 'batch'):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError('{} must be a whole number of 1 or more, got {!r}'.format(name, value))
        return self


class BackendInfo(NamedTuple):
    """What runs."""

    name: str           # of the backend
    version: str        # of its library
    device: str         # for example 'cpu' or the name of the GPU
    precision: str
    threads: int
    model: str          # path of the network file, '' where there is none
    batch: int = 1      # images of one run

    def words(self) -> str:
        """Return what a user wants to know of it, for example 'onnxruntime 1.31.1 on cpu'."""
        precision = '' if self.precision == defaults.PRECISIONS[0] else ', ' + self.precision
        return '{} {} on {}{}'.format(self.name, self.version, self.device, precision)


class Backend(abc.ABC):
    """A network that is ready to run. Open, run and close it in one thread.

    A module of a backend imports its vendor's library when it is opened, so that `face_perception.backends`
    imports everywhere.
    """

    # Takes an image and does all that comes before the outputs, where a backend preprocesses on its own device.
    run_image: Optional[RunImage] = None
    # What 'auto' would rather have taken, and why it could not: {name: reason}.
    passed_over: Mapping[str, str] = {}
    # Of the last run: how long its copies between the memories of CPU and GPU took, seconds. They are part of its time.
    copied: float = 0.0

    @abc.abstractmethod
    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Run the network once.

        Args:
            tensor: (batch, 3, height, width) float32, C-contiguous, normalised as the specification says; the
                batch is that of the options.

        Returns:
            One array for each output of the specification. For the task detect: 'boxes' (batch, K, 4) float32,
            corners x1 y1 x2 y2 in 0..1 of the input, and 'scores' (batch, K, labels) float32, probabilities, rows
            sorted by their best. For the task landmarks: 'points' (batch, points, 3) float32, x and y in 0..1 of
            the input, score. The arrays belong to the caller: a later run leaves them alone.

        Raises:
            ValueError: the tensor is another one.
            BackendError: after close().
        """

    @property
    @abc.abstractmethod
    def info(self) -> BackendInfo:
        """What runs."""

    @abc.abstractmethod
    def close(self) -> None:
        """Free the network; a second call does nothing."""


def check_tensor(tensor: Any, spec: ModelSpec, batch: int = 1) -> None:
    """Raise ValueError unless `tensor` is (batch, 3, height, width) float32 of the model, in memory order."""
    expected = (batch, 3, spec.input.height, spec.input.width)
    if not isinstance(tensor, np.ndarray):
        raise ValueError('{}: expected a numpy array {} float32, got {}'.format(
            spec.name, expected, type(tensor).__name__))
    if tensor.shape != expected or tensor.dtype != np.float32 or not tensor.flags.c_contiguous:
        raise ValueError('{}: expected a C-contiguous array {} float32, got {}{} {}'.format(
            spec.name, expected, '' if tensor.flags.c_contiguous else 'non-contiguous ',
            tensor.shape, tensor.dtype))


def check_signature(spec: ModelSpec, inputs: Dict[str, List[Any]], outputs: Dict[str, List[Any]],
                    batch: int = 1) -> None:
    """Compare what a backend found in the network with the specification.

    Args:
        spec: of the model.
        inputs: {tensor name: shape}; an entry of a shape that is not fixed is not an int.
        outputs: the same.
        batch: images of one run.

    Raises:
        BackendError: the names or the shapes differ; the message has both.
    """
    expected = {spec.input.name: [batch, 3, spec.input.height, spec.input.width]}
    if inputs != expected:
        raise BackendError('{}: model.json expects the input {}, the network has {}; export both '
                           'together'.format(spec.name, _words(expected), _words(inputs)))
    for role, name in spec.outputs.items():
        if name not in outputs:
            raise BackendError('{}: model.json expects an output {!r} ({}), the network has {}'.format(
                spec.name, name, role, _words(outputs)))
    if isinstance(spec, DetectionSpec):
        columns = len(spec.labels)
        rows = list(outputs[spec.outputs['boxes']])[1:2]
        known = {'boxes': [batch] + rows + [4], 'scores': [batch] + rows + [columns]}
        words = ('boxes ({0}, K, 4) and scores ({0}, K, {1}) with one fixed K and a column of scores per '
                 'label').format(batch, columns)
    else:
        known = {'points': [batch, len(spec.points), 3]}
        words = 'points ({}, {}, 3), x y score of each point'.format(batch, len(spec.points))
    for role, name in spec.outputs.items():
        shape = list(outputs[name])
        if not all(isinstance(size, int) and size > 0 for size in shape) or shape != known[role]:
            raise BackendError('{}: model.json expects {}, the network has {}'.format(
                spec.name, words, _words(outputs)))


def refuse_gpu_options(name: str, options: BackendOptions) -> None:
    """Raise BackendError where a backend that runs fp32 on the CPU is asked for something else."""
    if options.device not in ('auto', 'cpu') or options.precision != 'fp32':
        raise BackendError('the backend {!r} runs fp32 on the CPU, expected that, got {} on {}; leave device and '
                           'precision at their defaults'.format(name, options.precision, options.device))


def _check_choice(name: str, value: Any, choices: Any) -> None:
    if value not in choices:
        raise ValueError('{} must be {}, got {!r}'.format(name, ' or '.join(choices), value))


def _words(signature: Dict[str, List[Any]]) -> str:
    words = ['{} {}'.format(name, tuple(shape)) for name, shape in sorted(signature.items())]
    return ', '.join(words) or 'none'
