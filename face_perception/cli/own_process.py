# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Calls a function in a new process, whose memory and processor time are those of the call alone."""

import multiprocessing
from multiprocessing.connection import Connection
from typing import Any, Callable, Tuple


class ProcessDied(RuntimeError):
    """The process ended without a result; the message says how."""


def in_own_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return function(*arguments), or raise what it raises; all of them must be picklable.

    The process is a fresh Python, not a fork: a context of CUDA does not survive a fork.

    Raises:
        ProcessDied: it was killed, for example because memory ran out.
    """
    context = multiprocessing.get_context('spawn')
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(sender, function, arguments), daemon=True)
    process.start()
    sender.close()      # of this process; with the other's end nobody waits for one that died
    try:
        succeeded, value = receiver.recv()
    except EOFError:
        process.join()
        code = process.exitcode
        raise ProcessDied('the process that measured ended {} and gave no result{}'.format(
            'by signal {}'.format(-code) if code and code < 0 else 'with {}'.format(code),
            '; memory may have run out' if code == -9 else '')) from None
    finally:
        receiver.close()
    process.join()
    if not succeeded:
        raise value
    return value


def _call(sender: Connection, function: Callable[..., Any], arguments: Tuple[Any, ...]) -> None:
    try:
        result = (True, function(*arguments))
    except Exception as error:      # handed over to the caller
        result = (False, error)
    sender.send(result)
