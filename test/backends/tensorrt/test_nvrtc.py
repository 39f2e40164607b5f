# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The text of the CUDA kernel is compiled by NVIDIA's compiler for the GPUs of a Jetson Nano and an Orin Nano."""
import pathlib
import re
import struct

import pytest
from kernel_on_cpu import LETTERS, parameter_types
from nvrtc import compile_text

from face_perception.backends.tensorrt import preprocess

TEXT = pathlib.Path(preprocess.__file__).with_name('preprocess.cu').read_text(encoding='ascii')
EM_CUDA = 190       # machine of an ELF file for a GPU


def test_what_is_no_cuda_is_refused():
    status, log, _, _ = compile_text('extern "C" __global__ void wrong(int) { nothing_of_this_name(); }', 'sm_53')
    assert status != 0 and 'nothing_of_this_name' in log


# C++11: CUDA 10.2 takes C++14 at most.
@pytest.mark.parametrize('capability', [53, 87])
def test_the_kernel_compiles_without_a_warning(capability):
    status, log, ptx, cubin = compile_text(TEXT, 'sm_{}'.format(capability), '--std=c++11')
    assert (status, log) == (0, '')

    assert '.target sm_{}'.format(capability) in ptx
    entry, = re.findall(r'\.visible \.entry (\w+)\(([^)]*)\)', ptx)
    letters = {'.u64': 'P', '.u32': 'i', '.f32': 'f'}
    assert entry[0] == 'preprocess'
    found = [letters[word] for word in re.findall(r'\.param (\.\w+)', entry[1])]
    assert found == ['P' if type_.endswith('*') else LETTERS[type_] for type_ in parameter_types(TEXT, 'preprocess')]
    # A product and a sum joined into one operation would round otherwise than OpenCV; a double is 32 times slower.
    assert not re.search(r'\bfma\.|\bmad\.\w+\.f32|\.f64|\bbar\.', ptx)

    assert cubin[:4] == b'\x7fELF' and struct.unpack_from('<H', cubin, 18) == (EM_CUDA,)
    assert struct.unpack_from('<I', cubin, 48)[0] & 0xff == capability
    assert b'preprocess' in cubin


def test_without_those_functions_the_compiler_does_join_products_and_sums():
    careless = re.sub(r'__fadd_rn\(line, __fmul_rn\((.*), (weight\(column, x\))\)\)', r'line + \1 * \2', TEXT)
    assert careless != TEXT
    assert 'fma.rn.f32' in compile_text(careless, 'sm_53')[2]
