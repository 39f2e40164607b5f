# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles CUDA for a GPU that is not there, with NVIDIA's NVRTC library and no driver."""
import ctypes
import functools
import os
import pathlib
import sys

import pytest

# Where scripts/test puts it; the variable is for another version.
FOLDER = pathlib.Path(os.environ.get('FACE_PERCEPTION_NVRTC') or pathlib.Path(sys.prefix) / 'aside' / 'nvrtc')


@functools.lru_cache(maxsize=None)
def library():
    """Return the library; skip the calling test where it is not installed."""
    folder = FOLDER / 'nvidia' / 'cuda_nvrtc' / 'lib'
    parts = sorted(folder.glob('libnvrtc-builtins.so*')), sorted(folder.glob('libnvrtc.so*'))
    if not all(parts):
        pytest.skip('NVRTC is not installed in {} (scripts/test does that where there is a wheel)'.format(FOLDER))
    ctypes.CDLL(str(parts[0][0]), mode=ctypes.RTLD_GLOBAL)     # found by name by the other
    return ctypes.CDLL(str(parts[1][0]))


def compile_text(text, architecture, *options):
    """Return (status, what the compiler says, PTX as str, cubin as bytes) of a text, e.g. for 'sm_53'."""
    nvrtc = library()
    program = ctypes.c_void_p()
    assert nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode('ascii'), b'kernel.cu', 0, None, None) == 0
    words = [('--gpu-architecture=' + architecture).encode()] + [option.encode() for option in options]
    status = nvrtc.nvrtcCompileProgram(program, len(words), (ctypes.c_char_p * len(words))(*words))
    log = _get(nvrtc, 'ProgramLog', program).rstrip(b'\0').decode()
    ptx, cubin = (b'', b'') if status else (_get(nvrtc, name, program) for name in ('PTX', 'CUBIN'))
    assert nvrtc.nvrtcDestroyProgram(ctypes.byref(program)) == 0
    return status, log, ptx.rstrip(b'\0').decode(), cubin


def _get(nvrtc, name, program):
    size = ctypes.c_size_t()
    assert getattr(nvrtc, 'nvrtcGet{}Size'.format(name))(program, ctypes.byref(size)) == 0
    data = ctypes.create_string_buffer(size.value)
    assert getattr(nvrtc, 'nvrtcGet' + name)(program, data) == 0
    return data.raw
