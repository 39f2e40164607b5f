# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How far a training is, and how long it still takes: one line, written over on a terminal."""
import sys
import time
from typing import Any, TextIO

from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback

TERMINAL_SECONDS = 1.0       # between two lines on a terminal
LOG_SECONDS = 30.0           # and elsewhere


class Progress(Callback):
    """Writes epoch, loss and the time left, reckoned from the steps of this process."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """stream: where to; None: stderr."""
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.begin = self.last = 0.0
        self.done = 0

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Start the clock."""
        del trainer, module
        self.begin = self.last = time.monotonic()
        self.done = 0

    def on_train_batch_end(self, trainer: Trainer, module: LightningModule, outputs: Any, batch: Any,
                           batch_idx: int) -> None:
        """Write a line where the last one is old, and after the last step."""
        del module, batch, batch_idx
        self.done += 1
        left = int(trainer.estimated_stepping_batches) - trainer.global_step
        now = time.monotonic()
        pause = TERMINAL_SECONDS if self.terminal else LOG_SECONDS
        if not trainer.is_global_zero or (left > 0 and now - self.last < pause):
            return
        self.last = now
        loss = outputs['loss'].item() if isinstance(outputs, dict) else float(outputs)
        line = (f'epoch {trainer.current_epoch + 1} of {trainer.max_epochs}, loss {loss:.2f}, '
                f'{spoken((now - self.begin) / self.done * left)} left')
        if left <= 0:
            line = f'{trainer.max_epochs} epochs, {spoken(now - self.begin)}'
        self.stream.write(f'\r{line:<60}' + ('' if left > 0 else '\n') if self.terminal else line + '\n')
        self.stream.flush()


def spoken(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 90:
        return f'{seconds:.0f} s'
    minutes = round(seconds / 60)
    return f'{minutes} min' if minutes < 90 else f'{minutes // 60} h {minutes % 60} min'
