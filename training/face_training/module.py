# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What Lightning trains: the network, its averaged twin, loss, optimiser and schedule."""
import functools
import math
from typing import Any

import lightning
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .config import Config, Schedule
from .data.dataset import Batch
from .distill import distillation_loss, load_teacher
from .faults import TrainingError
from .interrupt import StopSignals
from .losses import counting_priors, mean_count, multibox_loss
from .matching import BACKGROUND, match
from .networks import build
from .priors import decode, layer_slices, make_priors, prior_strides
from .simota import Prediction


class Training(lightning.LightningModule):
    """The network, its averaged twin, loss and schedule."""

    priors: Tensor
    strides: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(self, config: Config, steps_per_epoch: int, stop: StopSignals | None = None) -> None:
        """stop: what may ask the training to end after a step."""
        super().__init__()
        self.config, self.steps_per_epoch, self.stop = config, steps_per_epoch, stop
        self.files: list[str] = []       # of the step that is trained now
        self.net = build(config.model.network, len(config.data.labels), config.model.pretrained)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # half the time on a CPU
        self.average = AveragedModel(self.net, multi_avg_fn=get_ema_multi_avg_fn(config.schedule.ema),  # type: ignore[no-untyped-call]
                                     use_buffers=True)
        self.average.requires_grad_(False)       # it follows the network, it is not trained
        # In a list it is no part of the module: not trained, not saved.
        self.teachers = [teacher] if (teacher := load_teacher(config, self.net)) else []
        self.register_buffer('priors', make_priors(config.model.width, config.model.height, self.net.layers))
        self.size = (config.model.width, config.model.height)
        self.register_buffer('strides', prior_strides(*self.size, self.net.layers), persistent=False)
        self.slices = layer_slices(*self.size, self.net.layers)
        self.register_buffer('mean', torch.tensor(config.model.mean).view(3, 1, 1))
        self.register_buffer('scale', torch.tensor(config.model.scale).view(3, 1, 1))

    def groups(self) -> list[tuple[list[nn.Parameter], float, bool]]:
        """Return (parameters, learning rate, whether they stand still in the first phase) of base, heads and extra layers.

        Extra layers belong to the base unless they have a rate of their own.
        """
        settings = self.config.schedule
        heads = [p for modules in self.net.heads().values() for module in modules for p in module.parameters()]
        extras = [p for module in self.net.extra_layers() for p in module.parameters()]
        if settings.extra_rate is None:
            extras = []
        known = {id(p) for p in heads + extras}
        groups = [([p for p in self.net.parameters() if id(p) not in known], settings.base_rate, True),
                  (heads, settings.head_rate, False)]
        return groups + [(extras, settings.extra_rate, True)] if extras and settings.extra_rate is not None else groups

    def configure_optimizers(self) -> Any:
        """The optimiser with a rate for each group, stepped by rate_factor."""
        settings, groups = self.config.schedule, self.groups()
        parts = [{'params': parameters, 'lr': rate} for parameters, rate, _ in groups]
        optimiser: torch.optim.Optimizer
        if settings.optimiser == 'adamw':
            optimiser = torch.optim.AdamW(parts, weight_decay=settings.weight_decay)
        else:
            optimiser = torch.optim.SGD(parts, momentum=settings.momentum, weight_decay=settings.weight_decay)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, [functools.partial(rate_factor, steps_per_epoch=self.steps_per_epoch, settings=settings, base=base)
                        for _, _, base in groups])
        return {'optimizer': optimiser, 'lr_scheduler': {'scheduler': schedule, 'interval': 'step'}}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take rates, momentum and decay from the config: --resume changed may have changed them."""
        settings = self.config.schedule
        (optimiser,), (schedule,) = checkpoint['optimizer_states'], checkpoint['lr_schedulers']
        schedule['base_lrs'] = [rate for _, rate, _ in self.groups()]
        schedule['lr_lambdas'] = [None for _ in self.groups()]
        for group, (_, rate, base) in zip(optimiser['param_groups'], self.groups(), strict=True):
            group.update(initial_lr=rate, weight_decay=settings.weight_decay,
                         lr=rate * rate_factor(schedule['last_epoch'], self.steps_per_epoch, settings, base))
            if 'momentum' in group:
                group['momentum'] = settings.momentum

    def on_train_start(self) -> None:
        """Freeze what the epoch of a resume does not train; Lightning does not start that epoch anew."""
        if self.stop:
            self.stop.install()
        self.freeze_parts()

    def on_train_epoch_start(self) -> None:
        """End where it was asked for in the last step of an epoch, which has saved itself; freeze."""
        if self.stop:
            self.stop.obey(self.trainer, save=False)
        self.freeze_parts()

    def freeze_parts(self) -> None:
        """Freeze what this epoch does not train, its batch statistics too."""
        settings = self.config.schedule
        self.net.train().requires_grad_(True)
        if self.current_epoch < settings.head_epochs:
            freeze(*self.net.backbone_stages(), *self.net.extra_layers())
        elif self.current_epoch >= settings.freeze_epoch:
            freeze(*self.net.backbone_stages()[:settings.frozen_stages])

    def training_step(self, batch: Batch, _: int) -> Tensor:
        """Return the loss of one batch."""
        self.files = list(dict.fromkeys(file for files in batch.files for file in files))
        # The batch is (B, H, W, 3) in memory: seen as (B, 3, H, W) it is channels last already.
        images = (batch.images.permute(0, 3, 1, 2).float() - self.mean) * self.scale
        loss = self.config.loss
        logits, regression = (each.float() for each in self.net(images))
        with torch.no_grad():
            predicted = None
            if loss.assign == 'simota':
                predicted = Prediction(logits, decode(regression, self.priors), self.strides)
            target, target_boxes = match(batch.boxes, batch.classes, self.priors, self.slices, loss, self.size, predicted)
        label_loss, box_loss = multibox_loss(logits, regression, target, target_boxes, self.priors, loss, self.size)
        terms = {'train/label_loss': label_loss, 'train/box_loss': box_loss}
        for teacher in self.teachers:
            with torch.no_grad():
                taught = teacher.to(images.device)(images)
            terms['train/distill_loss'] = distillation_loss(
                (logits, regression), (taught[0].float(), taught[1].float()), target, counting_priors(logits, target, loss),
                self.config.distill) / mean_count((target > BACKGROUND).sum())
        self.log_dict(terms, on_step=False, on_epoch=True, batch_size=len(images), sync_dist=True)
        total = torch.stack(list(terms.values())).sum()
        self.expect_finite('the loss is', total)
        return total

    def configure_gradient_clipping(self, optimizer: torch.optim.Optimizer, gradient_clip_val: float | None = None,
                                    gradient_clip_algorithm: str | None = None) -> None:
        """Clip to schedule.clip_norm; a gradient that is not finite ends the training before it reaches the weights."""
        del gradient_clip_algorithm
        parameters = [p for group in optimizer.param_groups for p in group['params'] if p.grad is not None]
        norm = torch.nn.utils.clip_grad_norm_(parameters, gradient_clip_val or math.inf)
        if self.config.schedule.precision != '16-mixed':         # whose scaler leaves such steps out and goes on
            self.expect_finite('the norm of the gradients is', norm)

    def expect_finite(self, what: str, value: Tensor) -> None:
        """Raise TrainingError where a value is NaN or infinite; it names the files of the step."""
        if not torch.isfinite(value):
            raise TrainingError(f'{what} {value.item()} in epoch {self.current_epoch}, step {self.global_step}: lower '
                                'schedule.head_rate and schedule.base_rate, or run "check" on the data; the pictures of '
                                f'this step: {", ".join(self.files)}')

    def on_train_batch_end(self, *_: Any) -> None:
        """Move the averaged weights; save and end where it was asked for."""
        self.average.update_parameters(self.net)
        # After the last step of an epoch its end saves.
        if self.stop and not self.trainer.is_last_batch:
            self.stop.obey(self.trainer, save=True)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Refuse a state that no training could go on from, and note what was seen of a broken epoch."""
        bad = [name for name, tensor in checkpoint['state_dict'].items() if not torch.isfinite(tensor).all()]
        if bad:
            raise TrainingError(f'{len(bad)} tensors of the network are not finite after step {self.global_step}, the first '
                                f'is {bad[0]}: lower schedule.head_rate and schedule.base_rate; the last pictures: '
                                f'{", ".join(self.files)}')
        progress: Any = self.trainer.fit_loop.epoch_loop.batch_progress
        checkpoint['seen_batches'] = 0 if progress.is_last_batch else progress.current.processed


def freeze(*modules: nn.Module) -> None:
    """Keep modules as they are: no gradients, no new batch statistics."""
    for module in modules:
        module.eval().requires_grad_(False)


def rate_factor(step: int, steps_per_epoch: int, settings: Schedule, base: bool) -> float:
    """Return the factor on a learning rate at a step: heads alone, then all, each with a warm-up, then the decay."""
    first = settings.head_epochs * steps_per_epoch
    last = settings.epochs * steps_per_epoch
    if step < first:
        return 0.0 if base else min(1.0, (step + 1) / max(1, settings.warmup_steps))
    warm = min(1.0, (step - first + 1) / max(1, settings.warmup_steps))
    done = (step - first) / max(1, last - first)
    if settings.decay == 'multistep':
        return warm * settings.factor ** sum(done >= milestone for milestone in settings.milestones)
    return warm * (1 + math.cos(math.pi * min(1.0, done))) / 2
