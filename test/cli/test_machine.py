# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a machine says of itself, on made trees of /proc and /sys."""
import os
import stat

from face_perception.cli.machine import Machine, State, gpu_memory_mb


def put(root, path, text):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding='utf-8')


def test_a_machine_that_says_nothing(tmp_path):
    machine = Machine(str(tmp_path))
    assert machine.state() == State({}, None, None)
    about = machine.describe()
    assert about['board'] is None and about['memory_mb'] is None and about['cpu']
    assert machine.memory_mb() is None


def test_a_jetson_nano(tmp_path):
    """The paths are those of L4T 32.7: zones of the Tegra X1, the GPU as a devfreq device."""
    put(tmp_path, 'proc/device-tree/model', 'NVIDIA Jetson Nano Developer Kit\0')
    put(tmp_path, 'proc/cpuinfo', 'processor : 0\nmodel name : ARMv8 Processor rev 1 (v8l)\n')
    put(tmp_path, 'proc/meminfo', 'MemTotal:        4059256 kB\nMemFree: 1 kB\n')
    put(tmp_path, 'sys/class/thermal/thermal_zone1/type', 'CPU-therm\n')
    put(tmp_path, 'sys/class/thermal/thermal_zone1/temp', '41500\n')
    put(tmp_path, 'sys/class/thermal/thermal_zone2/type', 'GPU-therm\n')
    put(tmp_path, 'sys/class/thermal/thermal_zone2/temp', '39000\n')
    put(tmp_path, 'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq', '102000\n')
    put(tmp_path, 'sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq', '1479000\n')
    put(tmp_path, 'sys/devices/gpu.0/devfreq/57000000.gpu/cur_freq', '921600000\n')
    machine = Machine(str(tmp_path))
    assert machine.state() == State({'CPU-therm': 41.5, 'GPU-therm': 39.0}, 1479.0, 921.6)
    about = machine.describe()
    assert about['board'] == 'NVIDIA Jetson Nano Developer Kit' and about['memory_mb'] == 3964
    assert about['cpu'] == 'ARMv8 Processor rev 1 (v8l)'


def test_a_sensor_that_answers_nonsense_is_left_out(tmp_path):
    put(tmp_path, 'sys/class/thermal/thermal_zone0/temp', '')
    put(tmp_path, 'sys/class/thermal/thermal_zone1/temp', '50000')       # and has no name
    assert Machine(str(tmp_path)).state().temperatures == {'thermal_zone1': 50.0}


def test_this_process_has_memory_and_this_machine_no_secrets():
    machine = Machine()
    memory = machine.memory_mb()
    assert memory is None or memory > 5
    about = machine.describe()
    assert os.uname().nodename not in str(about)
    assert about['cores'] >= 1


def tool(folder, text):
    path = folder / 'nvidia-smi'
    path.write_text('#!/bin/sh\n' + text + '\n', encoding='utf-8')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_memory_of_the_gpu_is_that_of_this_process_alone(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    assert gpu_memory_mb() is None                                       # no such tool
    tool(tmp_path, 'echo "1, 900"; echo "{}, 321"'.format(os.getpid()))
    assert gpu_memory_mb() == 321
    tool(tmp_path, 'echo "1, 900"')
    assert gpu_memory_mb() is None                                       # not on the GPU
    tool(tmp_path, 'exit 9')
    assert gpu_memory_mb() is None                                       # no driver
