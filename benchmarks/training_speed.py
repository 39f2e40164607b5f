# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures per second of face-training against a plain PyTorch loop of the same network, loss and augmentation.

    cd training
    PYTHONPATH=.. ../scripts/run python -m benchmarks.training_speed configs/slim_320.yaml

Both train every layer (no frozen stages), with the same pictures, batch, loader processes and threads, in turns on an idle
machine.  Ours is the trainer as it is: precision and cache of the yaml, channels_last, averaged weights, checks for numbers
that are not finite.  The plain one is what a tutorial does: 32 bits, channels first, pictures decoded each time.
"""
import argparse
import dataclasses
import logging
import statistics
import sys
import time
import warnings
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback
from torch.utils.data import DataLoader

from face_training.config import Config, read_config
from face_training.data.dataset import FaceDataset, collate, make_loader
from face_training.losses import multibox_loss
from face_training.matching import match
from face_training.module import Training
from face_training.networks import build
from face_training.priors import layer_slices, make_priors
from face_training.train import training_set


class Clock(Callback):
    """Measures the steps after the first ones, which wait for loader processes and allocate memory."""

    def __init__(self, warm_up: int) -> None:
        self.warm_up, self.steps, self.begin, self.end = warm_up, 0, 0.0, 0.0

    def on_train_batch_end(self, *_: Any, **__: Any) -> None:
        """Called after each step, by the plain loop too."""
        self.steps += 1
        self.end = time.perf_counter()
        if self.steps == self.warm_up:
            self.begin = self.end

    def rate(self, batch: int) -> float:
        """Return pictures per second."""
        return batch * (self.steps - self.warm_up) / (self.end - self.begin)


def ours(config: Config, dataset: FaceDataset, steps: int, warm_up: int, device: str) -> float:
    """Return pictures per second of the trainer of face_training."""
    settings, clock = config.schedule, Clock(warm_up)
    loader = make_loader(dataset, settings.batch, config.data.workers, settings.seed)
    trainer = lightning.Trainer(max_steps=steps + warm_up, accelerator=device, devices=1, precision=settings.precision,
                                logger=False, enable_checkpointing=False, enable_progress_bar=False,
                                enable_model_summary=False, callbacks=[clock], gradient_clip_val=settings.clip_norm or None)
    trainer.fit(Training(config, len(loader)), loader)
    return clock.rate(settings.batch)


def plain(config: Config, dataset: FaceDataset, steps: int, warm_up: int, device: str) -> float:
    """Return pictures per second of a loop without any of that."""
    where = torch.device('cuda' if device != 'cpu' and torch.cuda.is_available() else 'cpu')
    settings, size, clock = config.schedule, (config.model.width, config.model.height), Clock(warm_up)
    net = build(config.model.network, len(config.data.labels), config.model.pretrained).to(where).train()
    priors, slices = make_priors(*size, net.layers).to(where), layer_slices(*size, net.layers)
    mean, scale = (torch.tensor(v, device=where).view(3, 1, 1) for v in (config.model.mean, config.model.scale))
    optimiser = torch.optim.SGD(net.parameters(), settings.base_rate, settings.momentum, weight_decay=settings.weight_decay)
    loader = DataLoader(dataset, settings.batch, shuffle=True, collate_fn=collate, num_workers=config.data.workers,
                        drop_last=True, persistent_workers=config.data.workers > 0)
    while clock.steps < steps + warm_up:
        for batch in loader:
            images = (batch.images.to(where).permute(0, 3, 1, 2).float().contiguous() - mean) * scale
            logits, regression = net(images)
            target, boxes = match(batch.boxes.to(where), batch.classes.to(where), priors, slices, config.loss, size)
            label_loss, box_loss = multibox_loss(logits, regression, target, boxes, priors, config.loss, size)
            optimiser.zero_grad()
            (label_loss + box_loss).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), settings.clip_norm or float('inf'))
            optimiser.step()
            clock.on_train_batch_end()
            if clock.steps == steps + warm_up:
                break
    return clock.rate(settings.batch)


def compare(config: Config, steps: int, warm_up: int, rounds: int, device: str) -> dict[str, list[float]]:
    """Return the pictures per second of each round, {'ours': ..., 'plain': ...}."""
    # SimOTA needs predictions that the plain loop does not hand over.
    if config.loss.assign == 'simota':
        raise ValueError('loss.assign=simota is not measured: name another with --set')
    schedule = dataclasses.replace(config.schedule, head_epochs=0, frozen_stages=0)
    config = dataclasses.replace(config, stages=(), schedule=schedule)
    kept = training_set(config)
    read = training_set(dataclasses.replace(config, data=dataclasses.replace(config.data, cache=False)))
    if len(kept) < config.schedule.batch:
        raise ValueError(f'{len(kept)} pictures do not fill a batch of {config.schedule.batch}')
    found: dict[str, list[float]] = {'ours': [], 'plain': []}
    for _ in range(rounds):
        found['ours'].append(ours(config, kept, steps, warm_up, device))
        found['plain'].append(plain(config, read, steps, warm_up, device))
    return found


def table(found: dict[str, list[float]], description: str) -> str:
    """Return the medians and their ratio."""
    middle = {name: statistics.median(rates) for name, rates in found.items()}
    lines = [description, '', '| Loop | Pictures per second | Rounds |', '| --- | --- | --- |']
    lines += [f'| {name} | {middle[name]:.1f} | {", ".join(f"{rate:.1f}" for rate in rates)} |'
              for name, rates in found.items()]
    return '\n'.join([*lines, '', f'ours / plain: {middle["ours"] / middle["plain"]:.2f}'])


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(prog='training_speed', description=(__doc__ or '').splitlines()[0])
    parser.add_argument('config', help='yaml of training/configs')
    parser.add_argument('--steps', type=int, default=40, help='measured in each round (default: %(default)s)')
    parser.add_argument('--warm-up', type=int, default=5, help='steps before those (default: %(default)s)')
    parser.add_argument('--rounds', type=int, default=3, help='of both in turns (default: %(default)s)')
    parser.add_argument('--device', default='auto', help='auto, cpu or gpu (default: %(default)s)')
    parser.add_argument('--set', action='append', default=[], metavar='SECTION.KEY=VALUE', help='as of face-training train')
    args = parser.parse_args(arguments)
    if min(args.steps, args.warm_up, args.rounds) < 1:
        parser.error('--steps, --warm-up and --rounds must be 1 or more')
    logging.getLogger('lightning.pytorch').setLevel(logging.ERROR)
    warnings.filterwarnings('ignore', module='lightning')
    try:
        config = read_config(args.config, args.set)
        found = compare(config, args.steps, args.warm_up, args.rounds, args.device)
    except (ValueError, OSError) as error:
        print(f'training_speed: {error}', file=sys.stderr)
        return 2
    print(table(found, f'{config.model.name}, batch {config.schedule.batch}, {config.data.workers} loader processes, '
                       f'{torch.get_num_threads()} threads, torch {torch.__version__}'))
    return 0


if __name__ == '__main__':
    sys.exit(main())
