# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""SIGTERM and SIGINT: finish the step, save, end."""
import pathlib
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

import lightning

from .faults import Interrupted

SIGNALS = (signal.SIGTERM, signal.SIGINT)
WORKER_SECONDS = 30          # a loader process outlives the signal by so long, since its trainer still needs a batch


class StopSignals:
    """Notes the first of SIGNALS within a `with`; the second one ends the process as it would have without."""

    def __init__(self, checkpoint: pathlib.Path) -> None:
        """checkpoint: the file that `obey` saves to."""
        self.checkpoint, self.name = checkpoint, ''
        self._former: dict[int, Any] = {}

    def __enter__(self) -> 'StopSignals':
        if threading.current_thread() is threading.main_thread():      # signals can be set there alone
            self._former = {number: signal.getsignal(number) for number in SIGNALS}
            self.install()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def install(self) -> None:
        """Take the signals, again where Lightning put handlers of its own in front."""
        for number in self._former:
            if not self.name:
                signal.signal(number, self._note)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.name = signal.Signals(number).name
        for each, handler in self._former.items():
            signal.signal(each, handler)

    def asked(self, trainer: lightning.Trainer) -> bool:
        """Return whether this process or another of the training was asked to stop."""
        if trainer.world_size == 1:
            return bool(self.name)
        return bool(trainer.strategy.reduce_boolean_decision(bool(self.name), all=False))

    def obey(self, trainer: lightning.Trainer, save: bool) -> None:
        """End the training where it was asked for.

        Raises:
            Interrupted: it was; the state is in the checkpoint.
        """
        if self.asked(trainer):
            if save:
                trainer.save_checkpoint(self.checkpoint, weights_only=False)       # the optimiser and all else, too
            raise Interrupted(f'stopped by {self.name or "another process"} in epoch {trainer.current_epoch}, step '
                              f'{trainer.global_step}: {self.checkpoint} holds all of it, --resume auto goes on')


def outlive_signals() -> None:
    """Let a loader process serve on for a while after a signal that went to the whole group."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: signal.alarm(WORKER_SECONDS) and None)
