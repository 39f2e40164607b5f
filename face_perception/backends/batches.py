# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs any number of images with networks that each take a fixed number of them."""

from time import perf_counter
from typing import Callable, Dict, List, Sequence

import numpy as np

from face_perception.backends.base import Backend, BackendError, BackendOptions
from face_perception.models.spec import ModelSpec

ROUNDS = 3      # of a measurement, after one that is not counted; the best one counts


class Batches:
    """One model, open in several sizes of batch; a run takes the sizes that cost least together.

    Whether a batch is cheaper than its images one by one depends on the machine: on one CPU core it hardly is, on a
    GPU it is. So each size is measured once, by `measure`. Open, use and close it in one thread.
    """

    def __init__(self, backends: Sequence[Backend], spec: ModelSpec) -> None:
        """Take open backends of the model `spec`, which are closed in the end; their batches differ."""
        self._backends: Dict[int, Backend] = {backend.info.batch: backend for backend in backends}
        self._shape = (3, spec.input.height, spec.input.width)
        # Until it is measured: as many times the cost of one image as there are in it.
        self._seconds = {batch: float(batch) for batch in self._backends}

    @property
    def about(self) -> str:
        """What runs, in words, for example 'onnxruntime 1.31.1 on cpu, batches of 1, 8'."""
        sizes = sorted(self._backends)
        batches = '' if sizes == [1] else ', batches of {}'.format(', '.join(map(str, sizes)))
        return self._backends[sizes[0]].info.words() + batches

    @property
    def largest(self) -> int:
        """Images of the largest batch."""
        return max(self._backends)

    def measure(self) -> Dict[int, float]:
        """Run each size on blank images; return {batch: seconds}, which later runs choose by."""
        for batch, backend in self._backends.items():
            tensor = np.zeros((batch,) + self._shape, np.float32)
            backend.run(tensor)
            self._seconds[batch] = min(_seconds_of(backend, tensor) for _ in range(ROUNDS))
        return dict(self._seconds)

    def plan(self, count: int) -> List[int]:
        """Return the sizes of the runs for so many images, the largest first; the last one may be padded."""
        best: List[List[int]] = [[]]
        for images in range(1, count + 1):
            choices = [[batch] + best[max(0, images - batch)] for batch in self._backends]
            best.append(min(choices, key=lambda sizes: (sum(self._seconds[size] for size in sizes), len(sizes))))
        return sorted(best[count], reverse=True)

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Run the network on each image.

        Args:
            tensor: (N, 3, height, width) float32, C-contiguous, N of 1 or more.

        Returns:
            {role: array (N, ...)}, as `Backend.run` says it.
        """
        answers, first = [], 0
        for batch in self.plan(len(tensor)):
            part = tensor[first:first + batch]
            if len(part) < batch:
                part = np.concatenate([part, np.zeros((batch - len(part),) + part.shape[1:], np.float32)])
            answers.append(self._backends[batch].run(part))
            first += batch
        return {role: np.concatenate([answer[role] for answer in answers])[:len(tensor)] for role in answers[0]}

    def close(self) -> None:
        """Close the backends; a second call does nothing."""
        for backend in self._backends.values():
            backend.close()


def open_batches(name: str, open_one: Callable[[str, BackendOptions], Backend], spec: ModelSpec,
                 options: BackendOptions) -> Batches:
    """Open a model in every size of batch that it has a network file for and that the backend runs.

    Args:
        name: of the backend; where it stands for several, all sizes are run by the one that opens the smallest.
        open_one: opens the model with a backend of this name and these options.
        spec: of the model.
        options: for all sizes; report is told of sizes that the backend does not run.

    Raises what open_one raises for the smallest size, or BackendError where it runs another number of images.
    """
    # A backend that makes fp16 or int8 by itself does so from the fp32 network.
    sizes = _sizes(spec, options.precision) or _sizes(spec, 'fp32') or [1]
    opened: List[Backend] = []
    said = set()    # each size would say the same of the backend

    def report(line: str) -> None:
        if line not in said:
            said.add(line)
            options.report(line)

    for batch in sizes:
        asked = options._replace(batch=batch, report=report)
        try:
            opened.append(_open(opened[0].info.name if opened else name, open_one, asked))
        except BackendError as error:
            if not opened:
                raise
            options.report('{}: batches of {} are left out: {}'.format(spec.name, batch, error))
        except Exception:
            for backend in opened:
                backend.close()
            raise
    return Batches(opened, spec)


def _open(name: str, open_one: Callable[[str, BackendOptions], Backend], options: BackendOptions) -> Backend:
    """Open one size; raise BackendError where the backend runs another."""
    backend = open_one(name, options)
    if backend.info.batch != options.batch:
        backend.close()
        raise BackendError('the backend {!r} runs {} image(s) at once, expected {}'.format(
            backend.info.name, backend.info.batch, options.batch))
    return backend


def _sizes(spec: ModelSpec, precision: str) -> List[int]:
    return sorted({file.batch for key, file in spec.files.items() if key.split('_')[0] == precision})


def _seconds_of(backend: Backend, tensor: np.ndarray) -> float:
    start = perf_counter()
    backend.run(tensor)
    return perf_counter() - start
