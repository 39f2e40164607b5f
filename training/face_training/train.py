# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Train a detector in two stages and leave a run folder.

A run folder holds config.yaml as used, metrics.csv, curves.png, last.ckpt (weights, averaged weights,
optimiser, schedule, epoch, random state) and best.ckpt (by image accuracy on the validation pictures).
"""
import math
import pathlib
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .callbacks import RandomState, Validate
from .config import Config, Schedule, differing_keys, read_config, to_yaml
from .data.coco import read_coco
from .data.dataset import FaceDataset, make_loader
from .export import save_weights
from .losses import multibox_loss
from .matching import match
from .networks import NETWORKS, DetectionNetwork, build
from .priors import layer_slices, make_priors
from .report import draw_curves, join_metrics, read_metrics


class Training(lightning.LightningModule):
    """The network, its averaged twin, loss and schedule."""

    priors: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(self, config: Config, steps_per_epoch: int) -> None:
        super().__init__()
        self.config, self.steps_per_epoch = config, steps_per_epoch
        self.net = build(config.model.network, len(config.data.labels), config.model.pretrained)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # half the time on a CPU
        self.average = AveragedModel(self.net, multi_avg_fn=get_ema_multi_avg_fn(config.schedule.ema),  # type: ignore[no-untyped-call]
                                     use_buffers=True)
        self.register_buffer('priors', make_priors(config.model.width, config.model.height, self.net.layers))
        self.size = (config.model.width, config.model.height)
        self.slices = layer_slices(*self.size, self.net.layers)
        self.register_buffer('mean', torch.tensor(config.model.mean).view(3, 1, 1))
        self.register_buffer('scale', torch.tensor(config.model.scale).view(3, 1, 1))

    def parameter_groups(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Return (base, heads): the parameters of either; extra layers belong to the base."""
        heads = [p for modules in self.net.heads().values() for module in modules for p in module.parameters()]
        known = {id(p) for p in heads}
        return [p for p in self.net.parameters() if id(p) not in known], heads

    def configure_optimizers(self) -> Any:
        """SGD with one rate for the base and one for the heads, stepped by rate_factor."""
        settings = self.config.schedule
        base, heads = self.parameter_groups()
        optimiser = torch.optim.SGD(
            [{'params': base, 'lr': settings.base_rate}, {'params': heads, 'lr': settings.head_rate}],
            momentum=settings.momentum, weight_decay=settings.weight_decay)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, [lambda step: rate_factor(step, self.steps_per_epoch, settings, base=True),
                        lambda step: rate_factor(step, self.steps_per_epoch, settings, base=False)])
        return {'optimizer': optimiser, 'lr_scheduler': {'scheduler': schedule, 'interval': 'step'}}

    def on_train_epoch_start(self) -> None:
        """Freeze what this epoch does not train, its batch statistics too."""
        settings = self.config.schedule
        self.net.train().requires_grad_(True)
        if self.current_epoch < settings.head_epochs:
            freeze(*self.net.backbone_stages(), *self.net.extra_layers())
        elif self.current_epoch >= settings.freeze_epoch:
            freeze(*self.net.backbone_stages()[:settings.frozen_stages])

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> Tensor:
        """Return the loss of one batch of dataset.collate."""
        images, boxes, classes = batch
        # The batch is (B, H, W, 3) in memory: seen as (B, 3, H, W) it is channels last already.
        images = (images.permute(0, 3, 1, 2).float() - self.mean) * self.scale
        loss = self.config.loss
        with torch.no_grad():
            target, target_boxes = match(boxes, classes, self.priors, self.slices, loss, self.size)
        logits, regression = self.net(images)
        label_loss, box_loss = multibox_loss(logits.float(), regression.float(), target, target_boxes, self.priors, loss)
        self.log_dict({'train/label_loss': label_loss, 'train/box_loss': box_loss},
                      on_step=False, on_epoch=True, batch_size=len(images))
        total = label_loss + box_loss
        if not torch.isfinite(total):
            raise RuntimeError(f'the loss is {total.item()} in epoch {self.current_epoch}: lower schedule.head_rate '
                               'and schedule.base_rate, or run "check" on the data')
        return total

    def on_train_batch_end(self, *_: Any) -> None:
        """Move the averaged weights."""
        self.average.update_parameters(self.net)


def freeze(*modules: nn.Module) -> None:
    """Keep modules as they are: no gradients, no new batch statistics."""
    for module in modules:
        module.eval().requires_grad_(False)


def rate_factor(step: int, steps_per_epoch: int, settings: Schedule, base: bool) -> float:
    """Return the factor on a learning rate at a step: warm-up, heads alone, then cosine to zero."""
    first = settings.head_epochs * steps_per_epoch
    last = settings.epochs * steps_per_epoch
    if step < first:
        return 0.0 if base else min(1.0, (step + 1) / max(1, settings.warmup_steps))
    warm = min(1.0, (step - first + 1) / max(1, settings.warmup_steps))
    done = (step - first) / max(1, last - first)
    return warm * (1 + math.cos(math.pi * min(1.0, done))) / 2


def train(config: Config, run: str | pathlib.Path, resume: str | None = None, device: str = 'auto') -> pathlib.Path:
    """Train until the schedule ends; return the run folder.

    resume: 'auto' goes on from last.ckpt of the run folder where there is one; 'changed' does so under
    another config too, and keeps the former one beside it.  None starts anew, in an empty folder.
    """
    run = pathlib.Path(run)
    run.mkdir(parents=True, exist_ok=True)
    checkpoint = prepare_run(run, config, resume)
    former = read_metrics(run / 'metrics.csv') if checkpoint else []
    lightning.seed_everything(config.schedule.seed, workers=True)

    files = [config.data.train] if isinstance(config.data.train, str) else config.data.train
    samples = [s for file in files for s in read_coco(file, config.data.labels, config.data.exclude)]
    samples += [s for name in config.data.repeat for s in samples if s.source == name]
    dataset = FaceDataset(samples, config.augment,
                          config.model.width, config.model.height, config.data.smallest_face,
                          config.schedule.seed, config.data.cache)
    loader = make_loader(dataset, config.schedule.batch, config.data.workers, config.schedule.seed)
    validate = Validate(read_coco(config.data.val, config.data.labels), config.schedule.validate_every)
    last = ModelCheckpoint(dirpath=run, filename='last', enable_version_counter=False)
    best = ModelCheckpoint(dirpath=run, filename='best', monitor='val/image_accuracy', mode='max',
                           every_n_epochs=config.schedule.validate_every, enable_version_counter=False)
    trainer = lightning.Trainer(
        max_epochs=config.schedule.epochs, accelerator=device, devices=1, default_root_dir=run,
        precision=config.schedule.precision,
        logger=CSVLogger(run, name='', version=''), callbacks=[validate, RandomState(), last, best],
        gradient_clip_val=config.schedule.clip_norm or None, log_every_n_steps=10,
        enable_model_summary=False)
    trainer.fit(Training(config, len(loader)), loader,
                ckpt_path=checkpoint, weights_only=False)
    join_metrics(former, run / 'metrics.csv')
    net, _ = load_run(run)
    save_weights(net, run / 'weights.safetensors')
    draw_curves(run / 'metrics.csv', run / 'curves.png')
    return run


# What may differ in a resumed run without making it another one.
FREE = ('data.workers', 'data.cache')


def prepare_run(run: pathlib.Path, config: Config, resume: str | None) -> pathlib.Path | None:
    """Return the checkpoint to go on from, or None; write config.yaml.  Raises rather than mix two runs."""
    checkpoint, path = run / 'last.ckpt', run / 'config.yaml'
    if not checkpoint.exists():
        path.write_text(to_yaml(config), encoding='utf-8')
        return None
    if not resume:
        raise FileExistsError(f'{run} holds a run already: add --resume auto to go on with it, or name another --run')
    changed = [key for key in differing_keys(read_config(path), config) if key not in FREE]
    if changed and resume != 'changed':
        raise ValueError(f'{run} was begun with another {", ".join(changed)}: give the same config, or say '
                         '--resume changed')
    if changed:
        path.rename(run / f'config.{len(list(run.glob("config.*.yaml"))) + 1}.yaml')
    path.write_text(to_yaml(config), encoding='utf-8')
    return checkpoint


def average_nets(net: nn.Module, other: nn.Module) -> None:
    """Give `net` the mean of its weights and those of another training of it (Wortsman et al. 2022).

    Two runs that began at one point lie in one valley: the mean keeps what either learnt, at no cost.
    """
    theirs = other.state_dict()
    net.load_state_dict({name: (tensor + theirs[name]) / 2 if tensor.is_floating_point() else tensor
                         for name, tensor in net.state_dict().items()})


def load_run(run: str | pathlib.Path, checkpoint: str = 'last') -> tuple[DetectionNetwork, Config]:
    """Return (averaged network, Config) of a run folder."""
    run = pathlib.Path(run)
    config = read_config(run / 'config.yaml')
    path = run / f'{checkpoint}.ckpt'
    if not path.exists():
        raise FileNotFoundError(f'{path} is missing: expected the folder of a training run')
    state = torch.load(path, map_location='cpu', weights_only=False)['state_dict']
    prefix = 'average.module.'
    weights = {k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)}
    net = NETWORKS[config.model.network].from_state(weights, len(config.data.labels) + 1)
    net.load_state_dict(weights)
    return net.eval(), config
