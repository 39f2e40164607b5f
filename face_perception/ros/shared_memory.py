# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The shared memory of Fast DDS: what dead processes left is given back, and a full one is said in words.

Every participant has a segment in /dev/shm, of 8 MB with the settings of `transport`, and holds a lock on a file beside
it (``fastdds_<hex>`` and ``fastdds_<hex>_el``; ``fastrtps_`` before Jazzy).  A process that is killed leaves both, and
Fast DDS never removes them: the 64 MB of a container are full after seven of them, and the eighth dies of SIGBUS.
The kernel gives the lock back in any case, which tells the dead from the living.
"""
import fcntl
import os
import re
import time
from typing import Mapping, Optional

FOLDER = '/dev/shm'
OLD_ENOUGH_S = 3.0          # a participant makes its files first and locks them then
DEFAULT_BYTES = 2**20       # what Fast DDS needs where the user chose its settings
WITHOUT = ('UDPv4', 'UDPv6', 'NONE')       # built-in transports without shared memory
_SEGMENT = re.compile(r'fast(dds|rtps)_[0-9a-f]{8,}$')


def reclaim(folder: str = FOLDER) -> int:
    """Remove the segments of this user's dead processes; return how many bytes came back."""
    freed = 0
    try:
        names = [name for name in os.listdir(folder) if _SEGMENT.match(name)]
    except OSError:
        return 0        # no such folder: another system, or another middleware
    for name in names:
        try:
            freed += _reclaim_one(os.path.join(folder, name))
        except OSError:
            pass        # somebody else's, in use, or another process was faster
    return freed


def _reclaim_one(path: str) -> int:
    status = os.lstat(path)
    if status.st_uid != os.getuid() or time.time() - status.st_mtime < OLD_ENOUGH_S:
        return 0
    lock = os.open(path + '_el', os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)        # raises while its process lives
        os.unlink(path)
        os.unlink(path + '_el')
    finally:
        os.close(lock)
    return status.st_blocks * 512


def lack_of_room(needed: int, environ: Optional[Mapping[str, str]] = None, folder: str = FOLDER) -> str:
    """Return a sentence with the cure if Fast DDS would die of too little shared memory, else ''.

    needed: bytes.  environ: says whether messages use shared memory; None: never mind, others use it too.
    """
    if environ is not None:
        middleware, transports = environ.get('RMW_IMPLEMENTATION', ''), environ.get('FASTDDS_BUILTIN_TRANSPORTS', '')
        if (middleware and 'fastrtps' not in middleware) or transports.split('?')[0] in WITHOUT:
            return ''
    room = _free_bytes(folder)
    if room is None or room >= needed:
        return ''
    return ('{} has {:.1f} MB free, and ROS needs {:.1f} MB there: give it more (docker run '
            '--shm-size=256m, or --ipc=host), remove what dead processes of other users left (ls {}/fastdds_*), or set '
            'FASTDDS_BUILTIN_TRANSPORTS=UDPv4 to do without.').format(folder, room / 1e6, needed / 1e6, folder)


def _free_bytes(folder: str) -> Optional[int]:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
