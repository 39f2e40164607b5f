# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Checkpoint files: written whole or not at all, and read without executing anything."""
import os
import pathlib
import pickle
import random
from typing import Any

import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.plugins.io import TorchCheckpointIO

# Runs before 0.3.0 kept the state of numpy's generator as arrays. Making an array executes nothing.
ARRAYS = [np.ndarray, np.dtype, type(np.dtype(np.uint32)), getattr(np, '_core', np).multiarray._reconstruct]


def read_checkpoint(path: str | pathlib.Path) -> dict[str, Any]:
    """Return the content of a checkpoint: tensors and plain values, on the CPU.

    Raises:
        ValueError: the file is damaged, or holds objects that would execute code when read.
    """
    try:
        with torch.serialization.safe_globals(ARRAYS):
            return dict(torch.load(path, map_location='cpu', weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, EOFError, TypeError) as error:
        raise ValueError(f'{path} is damaged or holds more than weights, and is not read: expected a checkpoint of '
                         f'face-training ({str(error).splitlines()[0] if str(error) else type(error).__name__})') from error


class SafeCheckpointIO(TorchCheckpointIO):
    """How Lightning writes and reads checkpoints here."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | os.PathLike[str],
                        storage_options: Any | None = None) -> None:
        """Write beside `path` and move the file there: a full disk or a power cut leaves the former one."""
        del storage_options
        path = pathlib.Path(path)
        partial = path.with_name(path.name + '.partial')
        try:
            with open(partial, 'wb') as file:
                torch.save(checkpoint, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def load_checkpoint(self, path: str | os.PathLike[str], map_location: Any = None,
                        weights_only: bool | None = None) -> dict[str, Any]:
        """Return `read_checkpoint`, whatever is asked for: Lightning moves tensors where they belong."""
        del map_location, weights_only
        return read_checkpoint(pathlib.Path(path))


class RandomState(Callback):
    """Keeps the state of all generators of random numbers in the checkpoint, as tensors."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state of every generator in use."""
        _, keys, position, has_gauss, gauss = np.random.get_state()
        version, words, following = random.getstate()
        return {'torch': torch.get_rng_state(),
                'numpy': {'keys': torch.from_numpy(np.asarray(keys).astype(np.int64)), 'position': int(position),
                          'has_gauss': int(has_gauss), 'gauss': float(gauss)},
                'python': {'version': version, 'words': torch.tensor(words), 'following': following}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set every generator as it was."""
        torch.set_rng_state(state['torch'])
        numpy, python = state['numpy'], state['python']
        if isinstance(numpy, dict):
            keys = numpy['keys'].numpy().astype(np.uint32)
            numpy = ('MT19937', keys, numpy['position'], numpy['has_gauss'], numpy['gauss'])
            python = (python['version'], tuple(python['words'].tolist()), python['following'])
        np.random.set_state(numpy)
        random.setstate(python)
