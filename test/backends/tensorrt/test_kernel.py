# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The text of the CUDA kernel, compiled as C++ and run on the CPU, against core.preprocess pixel by pixel."""
import pathlib
import struct

import numpy as np
import pytest
from kernel_on_cpu import KernelOnCpu, needs_gxx
from kernel_reference import reference
from preprocess_cases import LEVELS, SIZES, image_of, input_specs, spec

from face_perception.backends.tensorrt import resampling
from face_perception.core.preprocess import preprocess

TEXT = (pathlib.Path(resampling.__file__).with_name('preprocess.cu')).read_text(encoding='utf-8')
GUARD = 64


def run(image, given, half=False):
    """Run the kernel over (h, w, 3) uint8 with rows any number of bytes apart; nothing is written beside the output."""
    assert image.strides[1:] == (3, 1)
    plan = resampling.plan(image.shape[1], image.shape[0], given)
    memory = np.full(3 * given.width * given.height + 2 * GUARD, -77, np.float16 if half else np.float32)
    KernelOnCpu(TEXT, 'preprocess').run(
        (-(-given.width // 32), -(-given.height // 8), 1), (32, 8, 1),
        image.ctypes.data, image.strides[0], plan.spans.ctypes.data, plan.method, given.width, given.height,
        given.colour == 'rgb', half, given.pad, *(given.mean + given.scale + (memory[GUARD:].ctypes.data,)))
    assert (memory[:GUARD] == -77).all() and (memory[-GUARD:] == -77).all()
    return memory[GUARD:-GUARD].reshape(1, 3, given.height, given.width)


def check(image, given):
    expected = preprocess(image, given)[0]
    exact = reference(image, given)
    np.testing.assert_array_equal(run(image, given), exact)
    np.testing.assert_array_equal(run(image, given, half=True), exact.astype(np.float16))
    if LEVELS == 0:
        np.testing.assert_array_equal(exact, expected)
    steps = abs(exact - expected) / np.array(given.scale).reshape(3, 1, 1)
    assert steps.max() <= LEVELS + 1e-4


def test_the_text_is_what_old_compilers_and_a_cpu_can_take():
    assert TEXT.encode('ascii')
    assert '#include' not in TEXT and '__syncthreads' not in TEXT and '__shared__' not in TEXT
    for name, value in (('LINEAR', resampling.LINEAR), ('BOX', resampling.BOX), ('AREA', resampling.AREA)):
        assert '#define {} {}\n'.format(name, value) in TEXT
    fields = TEXT.split('struct Span {')[1].split('};')[0]
    assert [line.split('//')[0].split() for line in fields.strip().splitlines()] == [
        ['int' if resampling.SPAN[name].kind == 'i' else 'float', name + ';'] for name in resampling.SPAN.names]


@needs_gxx
@pytest.mark.parametrize('resize', ['stretch', 'letterbox'])
@pytest.mark.parametrize('width, height', SIZES)
def test_every_size_gives_the_pixels_of_the_cpu(width, height, resize):
    check(image_of(width, height), spec(resize=resize))


@needs_gxx
@pytest.mark.parametrize('name', sorted(input_specs()))
@pytest.mark.parametrize('width, height', [(1, 1), (640, 480), (1280, 720), (500, 375), (123, 457)])
def test_every_input_gives_the_pixels_of_the_cpu(name, width, height):
    check(image_of(width, height, seed=2), input_specs()[name])


@needs_gxx
@pytest.mark.parametrize('resize', ['stretch', 'letterbox'])
def test_sizes_at_random_give_the_pixels_of_the_cpu(resize):
    random = np.random.RandomState(3)
    for seed in range(40):
        width, height, new_width, new_height = (int(2 ** power) for power in random.uniform(0, 9.5, 4))
        check(image_of(width, height, seed), spec(new_width, new_height, resize=resize))


@needs_gxx
@pytest.mark.parametrize('gap', [1, 5, 64])
@pytest.mark.parametrize('width, height', [(5, 4), (641, 480), (640, 480)])
def test_what_lies_between_rows_does_not_matter(width, height, gap):
    memory = np.full((height, 3 * width + gap), 255, np.uint8)
    image = np.lib.stride_tricks.as_strided(memory, (height, width, 3), (3 * width + gap, 3, 1))
    image[:] = image_of(width, height)
    np.testing.assert_array_equal(run(image, spec()), reference(np.ascontiguousarray(image), spec()))


@needs_gxx
def test_float16_is_rounded_to_the_nearest_and_ties_to_even():
    program = TEXT + """
extern "C" __global__ void halves(const float *values, unsigned short *bits, int count)
{
    for (int index = 0; index < count; ++index)
        bits[index] = half_bits(values[index]);
}
"""
    bits = np.random.RandomState(4).randint(0, 2 ** 32, 200000, np.int64).astype(np.uint32)
    halves = np.arange(2 ** 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    halves = halves[np.isfinite(halves)]
    middles = (np.sort(halves)[:-1] + np.sort(halves)[1:]) / 2      # ties; float32 holds them exactly
    values = np.concatenate([
        np.array([0, -0.0, 65504, 65519, 65520, 65536, 1e38, np.inf, 2 ** -24, 2 ** -25, 2 ** -26], np.float32),
        halves, middles, np.nextafter(middles, np.float32(1e9)), np.nextafter(middles, np.float32(-1e9)),
        bits.view(np.float32)])
    values = np.ascontiguousarray(values[~np.isnan(values)])
    found = np.zeros(len(values), np.uint16)
    KernelOnCpu(program, 'halves').run((1, 1, 1), (1, 1, 1), values.ctypes.data, found.ctypes.data, len(values))
    # By struct: numpy 1.13 rounds some of the smallest numbers down.
    large = abs(values) >= 65520
    expected = np.where(values < 0, np.float16('-inf'), np.float16('inf')).astype(np.float16)
    small = values[~large].tolist()
    expected[~large] = np.frombuffer(struct.pack('{}e'.format(len(small)), *small), np.float16)
    np.testing.assert_array_equal(found, expected.view(np.uint16))
