# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps engines for the next start, in a folder that only its owner can look into.

A file is one line of JSON (whose engine it is, length and sha256 of the plan), then the plan. An engine holds for one
network, TensorRT, GPU and precision only, and runs as code: any other one is built again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import tempfile
from typing import Any, Callable, Iterator, NamedTuple, Optional, Tuple

from face_perception.backends.tensorrt.api import ADAPTER_VERSION

_FORMAT = 'face_perception engine 1'
_FIELDS = {'tensorrt': 'TensorRT', 'gpu': 'the GPU', 'capability': 'compute capability', 'onnx_sha256': 'the network',
           'adapter': 'the adapter of this package'}


class EngineKey(NamedTuple):
    """Whose engine it is."""

    model: str
    precision: str
    onnx_sha256: str
    tensorrt: str           # full version
    gpu: str                # its name
    capability: str         # such as 5.3
    adapter: int = ADAPTER_VERSION

    @property
    def family(self) -> str:
        """What the files of this model and precision begin with."""
        return '{}-{}-'.format(re.sub('[^A-Za-z0-9_.]+', '_', self.model), self.precision)

    @property
    def file_name(self) -> str:
        """Of the engine."""
        return '{}{}.engine'.format(self.family, _short(self))

    @property
    def timings_name(self) -> str:
        """Of the file of timings, which hold for every network on this GPU."""
        return 'timings-{}.cache'.format(_short((self.tensorrt, self.gpu, self.capability)))

    @property
    def calibration_name(self) -> str:
        """Of the table of ranges for int8, which holds on every GPU."""
        return '{}{}.calibration'.format(self.family, _short((self.tensorrt, self.onnx_sha256)))


def cache_folder(chosen: str = '') -> str:
    """Return the folder of engines below the chosen folder, or below that of the user's caches."""
    base = chosen or os.path.join(os.environ.get('XDG_CACHE_HOME') or os.path.join('~', '.cache'), 'face_perception')
    return os.path.join(os.path.abspath(os.path.expandvars(os.path.expanduser(base))), 'engines')


class EngineCache:
    """The engines in a folder. What cannot be kept or read is said and does without: a full disk stops no robot."""

    def __init__(self, folder: str, report: Callable[[str], None]) -> None:
        """Take the folder, which is made where needed, and where lines for the user go."""
        self._report = report
        self.folder = folder

    def load(self, key: EngineKey) -> Tuple[Optional[bytes], str]:
        """Return (the plan of an engine, ''), or (None, why there is none that holds)."""
        path = self.path(key)
        try:
            with open(path, 'rb') as opened:
                head, plan = opened.readline(1 << 16), opened.read()
                status = os.fstat(opened.fileno())
        except FileNotFoundError:
            return None, self._others(key)
        except OSError as error:
            return None, 'its engine cannot be read ({})'.format(error.strerror)
        if status.st_uid not in (0, os.getuid()):
            return None, 'its engine {} belongs to another user'.format(path)
        found = _parse_head(head)
        if found is None:
            return None, 'its engine {} is not one of this package'.format(path)
        if found.get('key') != dict(key._asdict()):
            return None, 'its engine {} is that of something else'.format(path)
        if found.get('length') != len(plan) or found.get('sha256') != hashlib.sha256(plan).hexdigest():
            return None, 'its engine {} is damaged'.format(path)
        return plan, ''

    def save(self, key: EngineKey, plan: bytes) -> None:
        """Keep an engine."""
        head = {'format': _FORMAT, 'key': key._asdict(), 'length': len(plan), 'sha256': hashlib.sha256(plan).hexdigest()}
        if self.write(key.file_name, json.dumps(head).encode('ascii') + b'\n' + plan):
            self._report('Kept as {}.'.format(self.path(key)))

    def path(self, key: EngineKey) -> str:
        """Return where the engine lies, or would."""
        return os.path.join(self.folder, key.file_name)

    def read(self, name: str) -> bytes:
        """Return the content of a file in the folder, b'' where there is none."""
        try:
            with open(os.path.join(self.folder, name), 'rb') as opened:
                return opened.read()
        except OSError:
            return b''

    def write(self, name: str, content: bytes) -> bool:
        """Write a file whole or not at all, for its owner only; return whether that worked."""
        try:
            self._make_folder()
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix='.new-', delete=False) as opened:
                try:
                    opened.write(content)
                    opened.flush()
                    os.fsync(opened.fileno())
                    os.replace(opened.name, os.path.join(self.folder, name))
                except BaseException:
                    os.unlink(opened.name)
                    raise
        except OSError as error:
            self._report('{} cannot be kept in {} ({}).'.format(name, self.folder, error.strerror))
            return False
        return True

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold others off meanwhile: two nodes that start at once build once, and one after the other."""
        number = -1
        try:
            self._make_folder()
            number = os.open(os.path.join(self.folder, '.lock'), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._report('Waiting for another process that builds an engine in {}.'.format(self.folder))
                fcntl.flock(number, fcntl.LOCK_EX)
        except OSError:
            pass        # nothing can be kept, which `write` says, or the file system has no locks: nobody need wait
        try:
            yield
        finally:
            if number >= 0:
                os.close(number)

    def _make_folder(self) -> None:
        os.makedirs(self.folder, 0o700, exist_ok=True)
        status = os.stat(self.folder)
        if status.st_uid != os.getuid():
            raise PermissionError(1, 'the folder belongs to another user', self.folder)
        if status.st_mode & 0o077:
            os.chmod(self.folder, 0o700)

    def _others(self, key: EngineKey) -> str:
        """Say in what the engines of the same model and precision differ."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError:
            names = []
        for name in names:
            if not name.startswith(key.family) or not name.endswith('.engine'):
                continue
            other = (_parse_head(self.read(name).split(b'\n', 1)[0]) or {}).get('key')
            if isinstance(other, dict):
                words = ['{} was {}'.format(words, other.get(field)) for field, words in sorted(_FIELDS.items())
                         if other.get(field) != getattr(key, field)]
                return 'the engine of an earlier start does not hold any more: {}'.format(', '.join(words))
        return 'it has no engine yet'


def _parse_head(line: bytes) -> Optional[Any]:
    try:
        head = json.loads(line.decode('ascii'))
    except ValueError:
        return None
    return head if isinstance(head, dict) and head.get('format') == _FORMAT else None


def _short(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode('ascii')).hexdigest()[:16]
