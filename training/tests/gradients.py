# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Write the gradients of one batch to a file: python gradients.py CONFIG OUT, or several processes of it by torchrun."""
import os
import sys

import torch
from torch import nn

from face_training.config import read_config
from face_training.data.dataset import make_loader
from face_training.train import Training, training_set


class Step(nn.Module):
    """What DDP wraps: batch -> loss."""

    def __init__(self, training):
        super().__init__()
        self.training_module = training

    def forward(self, batch):
        return self.training_module.training_step(batch, 0)


def main(config, out):
    torch.set_num_threads(1)
    world = int(os.environ.get('WORLD_SIZE', 1))
    if world > 1:
        torch.distributed.init_process_group('gloo')
    rank = torch.distributed.get_rank() if world > 1 else 0
    config = read_config(config)
    torch.manual_seed(0)
    training = Training(config, 10)
    training.log_dict = lambda *_, **__: None
    training.eval()                  # statistics of a batch are those of a process, unless GPUs share them
    step = Step(training)
    if world > 1:
        step = nn.parallel.DistributedDataParallel(step)
    batch = next(iter(make_loader(training_set(config), config.schedule.batch, 0, 0, rank, world)))
    step(batch).backward()
    if rank == 0:
        torch.save({name: p.grad for name, p in training.net.named_parameters()}, out)
    if world > 1:
        torch.distributed.barrier()
        # PyTorch 2.13 may wait for itself when it takes a DDP module with gloo apart: the destructor joins a thread that
        # wants the GIL.
        os._exit(0)


if __name__ == '__main__':
    main(*sys.argv[1:])
