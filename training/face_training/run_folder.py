# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A run folder: beginning one, going on with one, and what it has made.

It holds config.yaml as used, metrics.csv, curves.png, last.ckpt (weights, averaged weights, optimiser, schedule, place in
the epoch, random states), best.ckpt (by image accuracy on the validation pictures) and, when all is done,
weights.safetensors.  A config with stages has such a folder for each of them in it, and no checkpoints of its own.
"""
import dataclasses
import pathlib
from typing import Any

from lightning.pytorch.utilities import rank_zero_only
from torch import nn

from .checkpoints import read_checkpoint
from .config import Config, read_config
from .export import WEIGHTS, save_weights
from .networks import NETWORKS, DetectionNetwork, build
from .records import differing_keys, parse_record, read_values, to_yaml

# What may differ in a resumed run without making it another one.
FREE = ('data.workers', 'data.cache')


def is_first_process() -> bool:
    """Return whether this process is the first of a training, or its only one."""
    return not getattr(rank_zero_only, 'rank', 0)


def prepare_run(run: pathlib.Path, config: Any, resume: str | None) -> pathlib.Path | None:
    """Return the checkpoint to go on from, or None; write config.yaml, of any task.  Raises rather than mix two runs."""
    checkpoint, path = run / 'last.ckpt', run / 'config.yaml'
    if not is_first_process():       # which checks and writes
        return checkpoint if resume and checkpoint.exists() else None
    if not checkpoint.exists() and not list(run.glob('*/last.ckpt')):
        path.write_text(to_yaml(config), encoding='utf-8')
        return None
    if not resume:
        raise FileExistsError(f'{run} holds a run already: add --resume auto to go on with it, or name another --run')
    changed = [key for key in differing_keys(parse_record(type(config), read_values(path)), config) if key not in FREE]
    if changed and resume != 'changed':
        raise ValueError(f'{run} was begun with another {", ".join(changed)}: give the same config, or say '
                         '--resume changed')
    if changed:
        path.rename(run / f'config.{len(list(run.glob("config.*.yaml"))) + 1}.yaml')
    path.write_text(to_yaml(config), encoding='utf-8')
    return checkpoint


def is_finished(run: pathlib.Path, config: Config) -> bool:
    """Return whether a run folder holds the end of a training under this config."""
    return (run / WEIGHTS).exists() and not set(differing_keys(read_config(run / 'config.yaml'), config)) - set(FREE)


def average_nets(net: nn.Module, *others: nn.Module, share: float | None = None) -> None:
    """Give `net` the mean of its weights and those of other trainings of it (Wortsman et al. 2022).

    Runs that began at one point lie in one valley: the mean keeps what each learnt, at no cost.
    share: weight of `net` in the mean, the others have the rest in equal parts; None: all weigh the same.
    """
    if share is None:
        share = 1 / (1 + len(others))
    own, theirs = net.state_dict(), [each.state_dict() for each in others]
    rest = (1 - share) / max(1, len(theirs))
    net.load_state_dict({name: share * tensor + rest * sum(state[name] for state in theirs)
                         if theirs and tensor.is_floating_point() else tensor for name, tensor in own.items()})


def write_network(net: DetectionNetwork, config: Config, folder: str | pathlib.Path) -> None:
    """Write a network that no training has made, and the config.yaml that trains it on: a folder for `load_run`."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(net, folder / WEIGHTS)
    model = dataclasses.replace(config.model, pretrained=str((folder / WEIGHTS).resolve()))
    (folder / 'config.yaml').write_text(to_yaml(dataclasses.replace(config, model=model)), encoding='utf-8')


def load_run(run: str | pathlib.Path, checkpoint: str = 'last') -> tuple[DetectionNetwork, Config]:
    """Return (averaged network, Config) of a run folder, or of a folder by `write_network`."""
    run = pathlib.Path(run)
    if not (run / 'config.yaml').exists():
        raise FileNotFoundError(f'{run} is no run folder (no config.yaml); face-training train makes one')
    config = read_config(run / 'config.yaml')
    if config.stages:
        made = [load_run(run / stage.name, checkpoint) for stage in config.stages]
        net, last = made[-1]
        if config.export.average_stages:
            average_nets(net, *(other for other, _ in made[:-1]))
        return net, last
    path = run / f'{checkpoint}.ckpt'
    if not path.exists() and checkpoint == 'last' and (run / WEIGHTS).exists():      # what prune leaves
        return build(config.model.network, len(config.data.labels), run / WEIGHTS).eval(), config
    if not path.exists():
        raise FileNotFoundError(f'{path} is missing: expected the folder of a training run')
    state = read_checkpoint(path)['state_dict']
    prefix = 'average.module.'
    weights = {k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)}
    net = NETWORKS[config.model.network].from_state(weights, len(config.data.labels) + 1)
    net.load_state_dict(weights)
    return net.eval(), config
