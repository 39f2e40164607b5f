# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a machine is and how it does, from /proc and /sys: no name of the host or of its user."""

import glob
import os
import platform
import shutil
import subprocess
from typing import Any, Dict, List, NamedTuple, Optional

import cv2
import numpy as np

# Where the clock of the GPU stands: Jetson Nano, later Jetsons, then whatever registers as a GPU.
_GPU_CLOCKS = ('sys/devices/gpu.0/devfreq/*/cur_freq', 'sys/devices/platform/gpu.0/devfreq/*/cur_freq',
               'sys/class/devfreq/*gpu*/cur_freq')


class State(NamedTuple):
    """How a machine does at one moment; None or empty where it does not say."""

    temperatures: Dict[str, float]      # degrees Celsius by the name of the zone
    cpu_mhz: Optional[float]            # of the fastest core
    gpu_mhz: Optional[float]


class Machine:
    """The machine below a root folder, which is / but in tests."""

    def __init__(self, root: str = '/') -> None:
        """Take the folder that holds proc and sys."""
        self._root = root

    def describe(self) -> Dict[str, Any]:
        """Return what it is: board, CPU, cores, memory in MB, system, versions of Python, numpy and OpenCV."""
        cpu = self._field('proc/cpuinfo', 'model name') or platform.machine()
        memory = (self._field('proc/meminfo', 'MemTotal') or '').split()
        return {'board': self._text('proc/device-tree/model').strip('\0\n ') or None, 'cpu': cpu,
                'cores': os.cpu_count(), 'memory_mb': int(memory[0]) // 1024 if memory else None,
                'system': '{} {}'.format(platform.system(), platform.machine()), 'python': platform.python_version(),
                'numpy': np.__version__, 'opencv': cv2.__version__}

    def state(self) -> State:
        """Return temperatures and clocks."""
        temperatures = {}
        for zone in sorted(self._paths('sys/class/thermal/thermal_zone*')):
            value = _number(self._read(os.path.join(zone, 'temp')))
            if value is not None:
                name = self._read(os.path.join(zone, 'type')).strip() or os.path.basename(zone)
                temperatures[name] = value / 1000
        cores = [_number(self._read(path))
                 for path in self._paths('sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_cur_freq')]
        khz = [value for value in cores if value is not None]
        hertz = [_number(self._read(path)) for pattern in _GPU_CLOCKS for path in self._paths(pattern)]
        gpu = [value for value in hertz if value is not None]
        return State(temperatures, max(khz) / 1e3 if khz else None, max(gpu) / 1e6 if gpu else None)

    def memory_mb(self) -> Optional[float]:
        """Return the memory of this process that lies in RAM, MB."""
        pages = self._text('proc/self/statm').split()
        return int(pages[1]) * os.sysconf('SC_PAGE_SIZE') / 1e6 if len(pages) > 1 else None

    def _field(self, path: str, name: str) -> str:
        for line in self._text(path).splitlines():
            key, _, value = line.partition(':')
            if key.strip() == name:
                return value.strip()
        return ''

    def _text(self, path: str) -> str:
        return self._read(os.path.join(self._root, path))

    def _paths(self, pattern: str) -> List[str]:
        return glob.glob(os.path.join(self._root, pattern))

    @staticmethod
    def _read(path: str) -> str:
        try:
            with open(path, encoding='utf-8', errors='replace') as opened:
                return opened.read()
        except OSError:     # not on this machine, or a sensor that is asleep
            return ''


def gpu_memory_mb() -> Optional[float]:
    """Return the memory of a GPU of its own that this process holds, MB; None where nvidia-smi does not say.

    A Jetson has no such memory: its GPU shares that of the CPU, which `Machine.memory_mb` counts in part.
    """
    tool = shutil.which('nvidia-smi')
    if tool is None:
        return None
    try:
        output = subprocess.check_output([tool, '--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'],
                                         stderr=subprocess.DEVNULL, timeout=10).decode('utf-8', 'replace')
    except (OSError, subprocess.SubprocessError):
        return None
    found = [_number(line.partition(',')[2]) for line in output.splitlines()
             if line.partition(',')[0].strip() == str(os.getpid())]
    used = [value for value in found if value is not None]
    return sum(used) if used else None


def _number(text: str) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        return None
