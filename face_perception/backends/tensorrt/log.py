# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Hears what TensorRT says: it returns None where something went wrong and says why in its log only."""

from typing import Any, Callable, List

from face_perception.backends.base import BackendError


def new_log(vendor: Any) -> Any:
    """Return a logger for TensorRT's objects that keeps errors, and no warnings: `take` gives them out.

    Warnings are left out because each start has them (weights of 64-bit integers are cast), and no user can act on them.
    """
    kept = (vendor.ILogger.ERROR, vendor.ILogger.INTERNAL_ERROR)

    class Log(vendor.ILogger):      # type: ignore[misc]
        def __init__(self) -> None:
            vendor.ILogger.__init__(self)   # pybind11 wants it called so
            self._errors: List[str] = []

        # The names of the arguments are TensorRT's.
        def log(self, severity: Any, msg: str) -> None:
            if severity in kept:
                self._errors.append(' '.join(msg.split()))

        def take(self) -> str:
            """Return the errors since the last call as one line, '' for none."""
            errors, self._errors = self._errors, []
            return '; '.join(errors)

    return Log()


def made(log: Any, make: Callable[[], Any], what: str) -> Any:
    """Return what `make` makes; raise BackendError with TensorRT's own words where that is nothing."""
    try:
        thing = make()
    except (RuntimeError, TypeError) as error:      # a constructor of pybind11 that got no object
        raise BackendError('TensorRT makes no {}: {}'.format(what, log.take() or error)) from error
    if thing is None:
        raise BackendError('TensorRT makes no {}: {}'.format(what, log.take() or 'it does not say why'))
    return thing
