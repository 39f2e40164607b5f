# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which backend 'auto' takes: the first of a list that this machine has and that can run the network."""

from typing import Callable, Dict, Iterable, Mapping

from face_perception.backends.base import Backend, BackendError, BackendUnavailable
from face_perception.models.spec import SpecError

AUTO = 'auto'
# OpenCV last: about half the speed of ONNX Runtime (docs/adr/0019-backend-auto.md).
ORDER = ('tensorrt', 'onnxruntime', 'opencv_dnn')


def open_first(names: Iterable[str], open_one: Callable[[str], Backend], report: Callable[[str], None]) -> Backend:
    """Open the first backend that works, note in it what was passed over, and say in one line which and why.

    Args:
        names: in the order of preference, one at least.
        open_one: opens a backend by name; what it raises counts as a reason to take the next.
        report: takes the line.

    Raises:
        SpecError: no backend can run it, and one says that the fault lies in the model folder.
        BackendUnavailable: the library of each is missing.
        BackendError: no backend can run it; the message has the reasons of all.
    """
    reasons: Dict[str, Exception] = {}
    for name in names:
        try:
            backend = open_one(name)
        except (BackendUnavailable, BackendError, SpecError) as error:
            reasons[name] = error
            continue
        backend.passed_over = {name: str(error) for name, error in reasons.items()}
        report('Backend {}: {}, {}.'.format(AUTO, backend.info.words(), why(backend.passed_over)))
        return backend
    of_the_model = [reason for reason in reasons.values() if isinstance(reason, SpecError)]
    if of_the_model:
        raise of_the_model[0]
    absent = all(isinstance(reason, BackendUnavailable) for reason in reasons.values())
    words = ' '.join('{}: {}.'.format(name, reason) for name, reason in reasons.items())
    raise (BackendUnavailable if absent else BackendError)('no backend can run this model here. ' + words)


def why(passed_over: Mapping[str, str]) -> str:
    """Return the reasons why a backend was taken, in words."""
    if not passed_over:
        return 'the first choice'
    return 'as these cannot be used: ' + '; '.join('{} ({})'.format(*each) for each in passed_over.items())
