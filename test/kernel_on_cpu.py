# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles a CUDA kernel as C++ with g++ and runs it on the CPU, thread after thread."""
import ctypes
import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

HEADER = pathlib.Path(__file__).with_name('cuda_on_cpu.h')
GXX = shutil.which('g++')
# The types of parameters -> the letters that pycuda's prepare() knows them by.
LETTERS = {'int': 'i', 'float': 'f'}

needs_gxx = pytest.mark.skipif(not GXX, reason='g++ is not installed')


class CompileError(Exception):
    """g++ refused the text; the message is its own."""


class KernelOnCpu:
    """A kernel of a text: `types` holds the C type of each parameter, `letters` what pycuda calls them."""

    def __init__(self, text, name):
        self.name = name
        self.types = parameter_types(text, name)
        self.letters = ''.join('P' if type_.endswith('*') else LETTERS[type_] for type_ in self.types)
        self._run = getattr(_compile(text, name, self.types), 'run_' + name)

    def run(self, grid, block, *values):
        """Run all threads; pointers are addresses as int, grid and block (x, y, z)."""
        if len(values) != len(self.types):
            raise TypeError('{} takes {} arguments, got {}'.format(self.name, len(self.types), len(values)))
        boxes = [{'P': ctypes.c_void_p, 'i': ctypes.c_int, 'f': ctypes.c_float}[letter](value)
                 for letter, value in zip(self.letters, values)]
        pointers = (ctypes.c_void_p * len(boxes))(*[ctypes.addressof(box) for box in boxes])
        self._run((ctypes.c_uint * 3)(*grid), (ctypes.c_uint * 3)(*block), pointers)


def parameter_types(text, name):
    """Return the types of the parameters of a kernel, e.g. ['const unsigned char *', 'int']."""
    found = re.search(r'extern "C" __global__ void {}\(([^)]*)\)'.format(name), text)
    if not found:
        raise LookupError('no kernel {!r} in the text'.format(name))
    return [re.match(r'\s*(.*?)\w+\s*$', parameter, re.DOTALL).group(1).strip()
            for parameter in found.group(1).split(',')]


@functools.lru_cache(maxsize=None)
def _library(source):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'kernel.so')
        run = subprocess.run(
            [GXX, '-O2', '-ffp-contract=off', '-Wall', '-Wextra', '-Werror', '-Wno-sign-compare', '-shared', '-fPIC',
             '-include', str(HEADER), '-x', 'c++', '-', '-o', path],
            input=source.encode('ascii'), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.returncode:
            raise CompileError(run.stdout.decode())
        return ctypes.CDLL(path)


def _compile(text, name, types):
    arguments = ', '.join('*({} *)arguments[{}]'.format(type_, number) for number, type_ in enumerate(types))
    return _library(text + '\nextern "C" void run_{0}(const unsigned int *grid, const unsigned int *block, '
                    'void **arguments)\n{{ run_grid(grid, block, [&] {{ {0}({1}); }}); }}\n'.format(name, arguments))
