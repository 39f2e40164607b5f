# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Train a landmark network and leave a run folder, as that of a detector (run_folder.py)."""
import pathlib
from typing import Any

import lightning
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch.utils.data import DataLoader, Dataset

from ..checkpoints import RandomState, SafeCheckpointIO, read_checkpoint
from ..data.dataset import EpochSampler
from ..data.structure import DataError
from ..export import WEIGHTS, save_weights
from ..faults import TrainingError
from ..interrupt import StopSignals
from ..report import draw_curves, join_metrics, read_metrics
from ..run_folder import prepare_run
from ..train import go_on_with, last_line, leave_out_noise, what_remains
from .config import LandmarkConfig, read_landmark_config
from .crops import load_empty, load_faces
from .module import LandmarkTraining
from .networks import LandmarkNetwork, build
from .readers import read_faces
from .select import chosen_faces, keep, split


class Keys(Dataset[int]):
    """Numbers as they are: what they name is in memory already."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, key: int) -> int:
        return key


def train_landmarks(config: LandmarkConfig, run: str | pathlib.Path, resume: str | None = None,
                    device: str = 'auto') -> pathlib.Path:
    """Train until the schedule ends; return the run folder.

    Args:
        config: of the model.
        run: the run folder.
        resume: as of face_training.train.train.
        device: auto, cpu or gpu.

    Raises:
        TrainingError: a loss is not finite, or a picture cannot be read; last.ckpt is good.
        Interrupted: SIGTERM or SIGINT came, and all is saved.
    """
    run = pathlib.Path(run)
    run.mkdir(parents=True, exist_ok=True)
    checkpoint = prepare_run(run, config, resume)
    (run / WEIGHTS).unlink(missing_ok=True)      # where it is, all is done
    former = read_metrics(run / 'metrics.csv') if checkpoint else []
    leave_out_noise()
    settings = config.schedule
    with StopSignals(run / 'last.ckpt') as stop:
        lightning.seed_everything(settings.seed, workers=True)
        loader, module = prepare(config, stop)
        trainer = make_trainer(config, run, device)
        if checkpoint:
            go_on_with(loader, read_checkpoint(checkpoint), settings.batch)
        try:
            trainer.fit(module, loader, ckpt_path=checkpoint, weights_only=True)
        except (TrainingError, DataError) as error:
            raise TrainingError(f'{last_line(error)}; {what_remains(run)}') from error
        finally:
            join_metrics(former, run / 'metrics.csv')
    net, _ = load_landmark_run(run)
    save_weights(net, run / WEIGHTS)
    draw_curves(run / 'metrics.csv', run / 'curves.png')
    return run


def prepare(config: LandmarkConfig, stop: StopSignals | None = None) -> tuple[DataLoader[Any], LandmarkTraining]:
    """Return (loader of keys, module) of a training; raises DataError."""
    settings, data = config.schedule, config.data
    parts = split(chosen_faces(data), data.shares, settings.seed)
    if not parts['train']:
        raise DataError(f'{", ".join(data.train)}: no face passes the filters of the config')
    # Without a part of one's own to choose by, the curve shows the validation faces; nothing is chosen by it.
    judged = parts['choose'] or keep(read_faces(data.val), data)
    faces, others = (load_faces(each, data.canvas, data.context, config.model.pad) for each in (parts['train'], judged))
    empty = load_empty(data.empty, data.canvas, settings.seed) if data.empty else None
    loader = DataLoader(Keys(len(faces)), batch_size=settings.batch, sampler=EpochSampler(len(faces), settings.seed),
                        drop_last=len(faces) > settings.batch)
    return loader, LandmarkTraining(config, faces, empty, others if len(others) else None, len(loader), stop)


def make_trainer(config: LandmarkConfig, run: pathlib.Path, device: str) -> lightning.Trainer:
    """Return Lightning's trainer, which logs and keeps last.ckpt."""
    settings = config.schedule
    last = ModelCheckpoint(dirpath=run, filename='last', enable_version_counter=False)
    return lightning.Trainer(
        max_epochs=settings.epochs, accelerator=device, devices=1, default_root_dir=run, use_distributed_sampler=False,
        precision=settings.precision, logger=CSVLogger(run, name='', version=''), callbacks=[RandomState(), last],
        plugins=[SafeCheckpointIO()], gradient_clip_val=settings.clip_norm or None, log_every_n_steps=10,
        enable_model_summary=False)


def load_landmark_run(run: str | pathlib.Path) -> tuple[LandmarkNetwork, LandmarkConfig]:
    """Return (averaged network, LandmarkConfig) of a run folder."""
    run = pathlib.Path(run)
    config = read_landmark_config(run / 'config.yaml')
    path = run / 'last.ckpt'
    if not path.exists():
        raise FileNotFoundError(f'{path} is missing: expected the folder of a training run')
    prefix = 'average.module.'
    state = read_checkpoint(path)['state_dict']
    net = build(config.model.network, len(config.data.points), config.model.width, config.model.height)
    net.load_state_dict({name[len(prefix):]: tensor for name, tensor in state.items() if name.startswith(prefix)})
    return net.eval(), config
