# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What happens beside the training steps: validation."""
from collections.abc import Sequence
from typing import Any

from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback

from .data.sample import Sample
from .evaluate import evaluate_net


class Validate(Callback):
    """Judges the averaged network now and then, through the Detector of the robot."""

    def __init__(self, samples: Sequence[Sample], every: int) -> None:
        self.samples, self.every = samples, every

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Log every figure as val/<name>."""
        done = trainer.current_epoch + 1
        if done % self.every == 0 or done == trainer.max_epochs:
            training: Any = module      # of this package: a LightningModule with config and average
            # One process judges, the others wait.
            values = evaluate_net(training.average.module, training.config, self.samples) if trainer.is_global_zero else {}
            values = trainer.strategy.broadcast(values)
            training.average.train()
            module.log_dict({f'val/{name}': value for name, value in values.items()})
