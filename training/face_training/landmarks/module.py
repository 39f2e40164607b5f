# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What Lightning trains: a landmark network, its averaged twin, crops made of a step at once, loss and schedule."""
import math
from typing import Any

import lightning
import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..faults import TrainingError
from ..interrupt import StopSignals
from .augment import augmented_crops, plain_crops
from .config import LandmarkConfig, Schedule
from .crops import Faces
from .faces import ROWS
from .losses import eye_distances, loss_terms
from .metrics import FAILURE
from .networks import LandmarkNetwork, build


class LandmarkTraining(lightning.LightningModule):
    """The network and its averaged twin; a batch is a list of keys of an EpochSampler, which name faces."""

    def __init__(self, config: LandmarkConfig, faces: Faces, empty: Faces | None, judged: Faces | None, steps_per_epoch: int,
                 stop: StopSignals | None = None) -> None:
        """faces: to train on; empty: without a face, or None; judged: to validate on, or None; stop: may ask to end."""
        super().__init__()
        self.config, self.steps_per_epoch, self.stop = config, steps_per_epoch, stop
        self.faces, self.empty, self.judged = faces, empty, judged
        model = config.model
        self.net = build(model.network, len(config.data.points), model.width, model.height, model.pretrained)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(self.net, multi_avg_fn=get_ema_multi_avg_fn(config.schedule.ema),  # type: ignore[no-untyped-call]
                                     use_buffers=True)
        self.average.requires_grad_(False)       # it follows the network, it is not trained

    def configure_optimizers(self) -> Any:
        """AdamW with a warm-up and a cosine decay."""
        settings = self.config.schedule
        optimiser = torch.optim.AdamW(self.net.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: rate_factor(step, self.steps_per_epoch, settings))
        return {'optimizer': optimiser, 'lr_scheduler': {'scheduler': schedule, 'interval': 'step'}}

    def on_fit_start(self) -> None:
        """Put the faces where the network is."""
        self.faces = self.faces.to(self.device)
        self.empty = self.empty.to(self.device) if self.empty else None

    def on_train_start(self) -> None:
        """Take the signals after Lightning did."""
        if self.stop:
            self.stop.install()

    def on_train_epoch_start(self) -> None:
        """End where it was asked for in the last step of an epoch, which has saved itself."""
        if self.stop:
            self.stop.obey(self.trainer, save=False)

    def training_step(self, keys: Tensor, _: int) -> Tensor:
        """Return the loss of one step."""
        crops = augmented_crops(*self.chosen(keys))
        answer = self.net(crops.images.to(memory_format=torch.channels_last))
        terms = loss_terms(answer, crops, self.config.data.points, self.config.loss)
        self.log_dict({f'train/{name}': value for name, value in terms.items()}, on_step=False, on_epoch=True,
                      batch_size=len(keys))
        total = torch.stack(list(terms.values())).sum()
        if not torch.isfinite(total):
            raise TrainingError(f'the loss is {total.item()} in epoch {self.current_epoch}, step {self.global_step}: lower '
                                'schedule.rate')
        return total

    def chosen(self, keys: Tensor) -> Any:
        """Return what augmented_crops takes for a step: all of it follows from the keys and the seed."""
        count = len(self.faces)
        rng = np.random.default_rng((self.config.schedule.seed, *keys.tolist()))
        rows = torch.from_numpy(keys.cpu().numpy() % count).to(self.device)
        faces = Faces(*(tensor[rows] for tensor in self.faces))
        if self.empty:
            others = torch.from_numpy(rng.integers(0, len(self.empty), round(self.config.data.empty_share * len(rows))))
            faces = Faces(*(torch.cat([own, other[others.to(self.device)]])
                            for own, other in zip(faces, self.empty, strict=True)))
        generator = torch.Generator().manual_seed(int(rng.integers(2 ** 62)))
        return faces, self.config.model, self.config.augment, generator

    def on_train_batch_end(self, *_: Any) -> None:
        """Move the averaged weights; save and end where it was asked for."""
        self.average.update_parameters(self.net)
        if self.stop and not self.trainer.is_last_batch:
            self.stop.obey(self.trainer, save=True)

    def on_train_epoch_end(self) -> None:
        """Judge the averaged network now and then."""
        done = self.current_epoch + 1
        averaged: Any = self.average.module
        if self.judged and (done % self.config.schedule.validate_every == 0 or done == self.trainer.max_epochs):
            self.log_dict({f'val/{name}': value for name, value in
                           quick_figures(averaged, self.config, self.judged).items()})

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Refuse a state that no training could go on from, and note what was seen of a broken epoch."""
        bad = [name for name, tensor in checkpoint['state_dict'].items() if not torch.isfinite(tensor).all()]
        if bad:
            raise TrainingError(f'{len(bad)} tensors of the network are not finite after step {self.global_step}, the first '
                                f'is {bad[0]}: lower schedule.rate')
        progress: Any = self.trainer.fit_loop.epoch_loop.batch_progress
        checkpoint['seen_batches'] = 0 if progress.is_last_batch else progress.current.processed


def quick_figures(net: LandmarkNetwork, config: LandmarkConfig, faces: Faces) -> dict[str, float]:
    """Return mean NME and failure rate on the labelled boxes, without the robot's own code: for curves."""
    rows = [ROWS.index(name) for name in config.data.points]
    was = net.training
    net.eval()
    each: list[Tensor] = []
    device = next(net.parameters()).device
    with torch.inference_mode():
        for first in range(0, len(faces), 64):
            part = Faces(*(tensor[first:first + 64].to(device) for tensor in faces))
            crops = plain_crops(part, config.model)
            error = (net(crops.images).points - crops.points[:, rows]).norm(dim=2)
            known = crops.labelled[:, rows]
            each.append((error * known).sum(1) / known.sum(1).clamp(min=1) / eye_distances(crops.points))
    net.train(was)
    values = torch.cat(each)
    return {'nme': float(values.mean()), 'failure': float((values > FAILURE).float().mean())}


def rate_factor(step: int, steps_per_epoch: int, settings: Schedule) -> float:
    """Return the factor on the learning rate at a step."""
    done = min(1.0, step / max(1, settings.epochs * steps_per_epoch))
    return min(1.0, (step + 1) / max(1, settings.warmup_steps)) * (1 + math.cos(math.pi * done)) / 2
