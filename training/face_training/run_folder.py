# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A run folder: beginning one, going on with one, and what it has made.

It holds config.yaml as used, metrics.csv, curves.png, last.ckpt (weights, averaged weights, optimiser, schedule, place in
the epoch, random states) and best.ckpt (by image accuracy on the validation pictures).
"""
import pathlib

from torch import nn

from .checkpoints import read_checkpoint
from .config import Config, differing_keys, read_config, to_yaml
from .networks import NETWORKS, DetectionNetwork

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
    state = read_checkpoint(path)['state_dict']
    prefix = 'average.module.'
    weights = {k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)}
    net = NETWORKS[config.model.network].from_state(weights, len(config.data.labels) + 1)
    net.load_state_dict(weights)
    return net.eval(), config
