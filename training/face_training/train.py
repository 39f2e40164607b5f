# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Train a detector in two phases and leave a run folder, see run_folder.py."""
import logging
import pathlib
import sys
import warnings
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch.utils.data import DataLoader

from .callbacks import Validate
from .checkpoints import RandomState, SafeCheckpointIO, read_checkpoint
from .config import Config, stage_config
from .data.dataset import EpochSampler, FaceDataset, Item, make_loader
from .data.load import counted, read_samples
from .data.mixing import Mixture
from .data.readers import source_of
from .data.structure import DataError
from .export import WEIGHTS, save_weights
from .faults import Interrupted, TrainingError
from .interrupt import StopSignals
from .module import Training, rate_factor
from .progress import Progress
from .report import chain_metrics, draw_curves, join_metrics, read_metrics
from .run_folder import average_nets, is_finished, is_first_process, load_run, prepare_run

__all__ = ['Interrupted', 'Training', 'TrainingError', 'average_nets', 'load_run', 'rate_factor', 'train']


# Trainers of several processes, to the end of this one: taken apart right after its last exchange, PyTorch 2.13 with gloo
# may wait for itself (the destructor holds the GIL and joins a thread that wants it).
KEPT: list[lightning.Trainer] = []

# What Lightning warns of and what is as it should be here.
NOISE = ("You're resuming from a checkpoint that ended before the epoch ended",      # the sampler knows what was seen
         '.*directory .* exists and is not empty',                                  # config.yaml was just written there
         '.*isinstance\\(treespec, LeafSpec\\). is deprecated')


def leave_out_noise() -> None:
    """Say of Lightning what matters here: no accelerators that are absent, no products."""
    for text in NOISE:
        warnings.filterwarnings('ignore', text)
    for name in ('lightning.pytorch', 'lightning.fabric'):
        logging.getLogger(name).setLevel(logging.WARNING)


def train(config: Config, run: str | pathlib.Path, resume: str | None = None, device: str = 'auto', devices: int = 1,
          nodes: int = 1) -> pathlib.Path:
    """Train until the schedule ends, that of each stage where there are several; return the run folder.

    Args:
        config: of the model.
        run: the run folder.
        resume: 'auto' goes on from last.ckpt of the run folder where there is one; 'changed' does so under another config
            too, and keeps the former one beside it.  None starts anew, in an empty folder.
        device: auto, cpu or gpu.
        devices: processes on this machine, each with a GPU of its own.
        nodes: machines, each with so many.

    Raises:
        TrainingError: a loss or a gradient is not finite, or a picture cannot be read; last.ckpt is good.
        Interrupted: SIGTERM or SIGINT came, and all is saved.
    """
    run = pathlib.Path(run)
    if not config.stages:
        return train_stage(config, run, resume, device, devices, nodes)
    run.mkdir(parents=True, exist_ok=True)
    prepare_run(run, config, resume)
    pretrained = ''
    for number, stage in enumerate(config.stages):
        folder, made = run / stage.name, stage_config(config, stage, pretrained)
        pretrained = str((folder / WEIGHTS).resolve())
        if is_finished(folder, made):
            continue
        later = [run / other.name for other in config.stages[number + 1:] if (run / other.name).exists()]
        if later:
            raise ValueError(f'{later[0]} began with former weights of the stage {stage.name}, which is to be trained on: '
                             'move it away first')
        train_stage(made, folder, resume or 'auto', device, devices, nodes)
    if not is_first_process():
        return run
    net, _ = load_run(run)
    save_weights(net, run / WEIGHTS)
    chain_metrics({stage.name: run / stage.name / 'metrics.csv' for stage in config.stages}, run / 'metrics.csv')
    draw_curves(run / 'metrics.csv', run / 'curves.png')
    return run


def train_stage(config: Config, run: pathlib.Path, resume: str | None, device: str, devices: int = 1,
                nodes: int = 1) -> pathlib.Path:
    """Train under a config without stages; the rest as `train`."""
    run.mkdir(parents=True, exist_ok=True)
    checkpoint = prepare_run(run, config, resume)
    if is_first_process():
        (run / WEIGHTS).unlink(missing_ok=True)      # where it is, all is done
    former = read_metrics(run / 'metrics.csv') if checkpoint else []
    leave_out_noise()
    with StopSignals(run / 'last.ckpt') as stop:
        lightning.seed_everything(config.schedule.seed, workers=True)
        dataset = training_set(config)
        trainer = make_trainer(config, run, device, devices, nodes)
        loader = make_loader(dataset, config.schedule.batch, config.data.workers, config.schedule.seed,
                             trainer.global_rank, trainer.world_size)
        if checkpoint:
            go_on_with(loader, read_checkpoint(checkpoint), config.schedule.batch)
        try:
            trainer.fit(Training(config, len(loader), stop), loader, ckpt_path=checkpoint, weights_only=True)
        except (TrainingError, DataError) as error:
            raise TrainingError(f'{last_line(error)}; {what_remains(run)}') from error
        finally:
            if trainer.is_global_zero:
                join_metrics(former, run / 'metrics.csv')
    if trainer.is_global_zero:
        net, _ = load_run(run)
        save_weights(net, run / WEIGHTS)
        draw_curves(run / 'metrics.csv', run / 'curves.png')
    if trainer.world_size > 1:
        KEPT.append(trainer)
        trainer.strategy.barrier()       # the next stage begins with these weights
    return run


def training_set(config: Config) -> FaceDataset:
    """Return the pictures of data.train."""
    given = config.data.train
    parts = []
    for source in map(source_of, given if isinstance(given, tuple) else (given,)):
        samples = read_samples(source, config.data.labels, config.data.exclude)
        samples += [s for name in config.data.repeat for s in samples if s.source == name]
        if is_first_process():
            print(counted(source, samples, config.data.labels), file=sys.stderr)
        parts.append((samples, source.weight))
    return FaceDataset([s for samples, _ in parts for s in samples], config.augment, config.model.width, config.model.height,
                       config.data.smallest_face, config.schedule.seed, config.data.cache,
                       Mixture([(len(samples), weight) for samples, weight in parts], config.schedule.seed))


def go_on_with(loader: DataLoader[Item], checkpoint: dict[str, Any], batch: int) -> None:
    """Let the loader begin in the epoch of a checkpoint, behind what was seen of it.

    Lightning names the epoch to the sampler after loader processes have been given their first pictures.
    """
    assert isinstance(loader.sampler, EpochSampler)
    epoch = checkpoint['loops']['fit_loop']['epoch_progress']['current']['processed']
    loader.sampler.set_epoch(epoch)
    loader.sampler.seen = (epoch, checkpoint.get('seen_batches', 0) * batch)


def make_trainer(config: Config, run: pathlib.Path, device: str, devices: int = 1, nodes: int = 1) -> lightning.Trainer:
    """Return Lightning's trainer, which validates, logs and keeps last.ckpt and best.ckpt."""
    settings = config.schedule
    validate = Validate(read_samples(config.data.val, config.data.labels), settings.validate_every)
    last = ModelCheckpoint(dirpath=run, filename='last', enable_version_counter=False)
    best = ModelCheckpoint(dirpath=run, filename='best', monitor='val/image_accuracy', mode='max',
                           every_n_epochs=settings.validate_every, enable_version_counter=False)
    return lightning.Trainer(
        max_epochs=settings.epochs, accelerator=device, devices=devices, num_nodes=nodes, default_root_dir=run,
        # What is frozen has no gradient to wait for.
        strategy='ddp_find_unused_parameters_true' if devices * nodes > 1 else 'auto', use_distributed_sampler=False,
        sync_batchnorm=devices * nodes > 1 and device != 'cpu' and torch.cuda.is_available(), precision=settings.precision,
        logger=CSVLogger(run, name='', version=''), callbacks=[validate, RandomState(), last, best, Progress()],
        plugins=[SafeCheckpointIO()], gradient_clip_val=settings.clip_norm or None, log_every_n_steps=10,
        enable_model_summary=False, enable_progress_bar=False)


def last_line(error: Exception) -> str:
    """Return the sentence of an error; a loader process sends a whole traceback, which ends with it."""
    text = str(error).strip()
    return text.splitlines()[-1].partition(': ')[2] if text.startswith('Caught ') else text


def what_remains(run: pathlib.Path) -> str:
    """Return what to do after an error."""
    if (run / 'last.ckpt').exists():
        return f'{run}/last.ckpt holds the last good state, --resume auto goes on from there'
    return 'there is no checkpoint yet'
