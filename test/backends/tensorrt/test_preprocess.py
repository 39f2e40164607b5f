# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The preprocessing of a GPU, from the image to the memory that the network reads, over a strict fake of pycuda."""
import numpy as np
import pytest
from fake_pycuda import CompileError, FakeCompiler, FakeDriver
from kernel_on_cpu import needs_gxx
from kernel_reference import reference
from preprocess_cases import image_of, input_specs, spec

from face_perception.backends.base import BackendError
from face_perception.backends.tensorrt.preprocess import GpuPreprocess
from face_perception.core.preprocess import preprocess

pytestmark = needs_gxx


class Gpu:
    """A fake GPU with memory for one output and a stream."""

    def __init__(self, given, half=False, capacity=1 << 30):
        self.driver = FakeDriver(capacity)
        self.given = given
        self.dtype = np.dtype(np.float16 if half else np.float32)
        self.stream = self.driver.Stream()
        self.preprocess = GpuPreprocess(self.driver, FakeCompiler(self.driver), given, half)
        self.own = list(self.driver.live)       # what a GpuPreprocess holds that has seen no image
        shape = (1, 3, given.height, given.width)
        self.output = self.driver.mem_alloc(int(np.prod(shape)) * self.dtype.itemsize)
        self.host = self.driver.pagelocked_empty(shape, self.dtype)

    def start(self, image):
        return self.preprocess.run(image, int(self.output), self.stream)

    def read(self):
        self.driver.memcpy_dtoh_async(self.host, self.output, self.stream)
        self.stream.synchronize()
        return self.host.copy()

    def close(self):
        self.preprocess.close()
        self.output.free()
        self.host.base.free()
        return self.driver.live


@pytest.mark.parametrize('image', [None, np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4), np.uint8),
                                   np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_image_is_refused_before_anything_is_copied(image):
    gpu = Gpu(spec())
    with pytest.raises(ValueError, match='expected an image'):
        gpu.start(image)
    assert gpu.driver.copied == [] and gpu.driver.launches == 0
    assert gpu.close() == []


@pytest.mark.parametrize('half', [False, True])
@pytest.mark.parametrize('name', sorted(input_specs()))
def test_two_images_give_what_the_cpu_gives_and_the_way_back(name, half):
    gpu = Gpu(input_specs()[name], half)
    for seed, (width, height) in enumerate([(640, 480), (333, 250)]):
        image = image_of(width, height, seed)
        geometry = gpu.start(image)
        np.testing.assert_array_equal(gpu.read(), reference(image, gpu.given, half))
        assert geometry == preprocess(image, gpu.given)[1]
    assert gpu.close() == []


@pytest.mark.parametrize('view', [
    lambda image: image[::-1], lambda image: image[:, ::-1], lambda image: image[:, :, ::-1],
    lambda image: image[1::2, 3:-2], lambda image: np.asfortranarray(image), lambda image: image[5:6, 7:8]])
def test_any_strides_give_what_a_copy_gives(view):
    image = view(image_of(640, 480))
    image.flags.writeable = False
    gpu = Gpu(spec())
    gpu.start(image)
    np.testing.assert_array_equal(gpu.read(), reference(np.ascontiguousarray(image), gpu.given))
    assert gpu.close() == []


def test_only_the_image_crosses_the_bus_and_the_spans_once_per_size():
    gpu = Gpu(spec())
    for width, height in [(640, 480), (640, 480), (320, 200), (320, 200), (640, 480)]:
        gpu.start(image_of(width, height))
        gpu.read()
    spans = (320 + 240) * 20
    assert gpu.driver.copied == [921600, spans, 921600, 192000, spans, 192000, 921600, spans]
    assert gpu.driver.launches == 5


def test_the_image_may_be_changed_as_soon_as_run_returns():
    gpu = Gpu(spec())
    image = image_of(640, 480)
    expected = reference(image, gpu.given)
    gpu.start(image)
    image[:] = 7
    np.testing.assert_array_equal(gpu.read(), expected)


def test_a_second_image_waits_until_the_first_has_left_the_host():
    gpu = Gpu(spec())
    second = gpu.driver.mem_alloc(gpu.output.size)
    first_image, second_image = image_of(640, 480, 1), image_of(1280, 720, 2)
    gpu.start(first_image)
    gpu.preprocess.run(second_image, int(second), gpu.driver.Stream())      # whose stream nobody has waited for
    np.testing.assert_array_equal(gpu.read(), reference(first_image, gpu.given))
    gpu.preprocess.close()
    gpu.output.free()
    gpu.output = second
    np.testing.assert_array_equal(gpu.read(), reference(second_image, gpu.given))


def test_memory_grows_to_the_largest_image_and_no_further():
    gpu = Gpu(spec())
    sizes = []
    for width, height in [(64, 48), (640, 480), (320, 240), (640, 481)]:
        gpu.start(image_of(width, height))
        others = gpu.own + [gpu.output, gpu.host.base]
        sizes.append([(each.kind, each.size) for each in gpu.driver.live if each not in others])
    assert sizes == [[('device', size), ('host', size)] for size in (9216, 921600, 921600, 923520)]
    assert gpu.close() == []


def test_an_image_too_large_for_the_memory_is_a_sentence_and_the_next_works():
    gpu = Gpu(spec(), capacity=2000000)
    for _ in range(2):
        with pytest.raises(BackendError, match='no memory on the GPU for an image of 1280 x 720 pixels .*smaller'):
            gpu.start(image_of(1280, 720))
        image = image_of(640, 480)
        gpu.start(image)
        np.testing.assert_array_equal(gpu.read(), reference(image, gpu.given))
    assert gpu.close() == []


def test_after_a_failed_copy_of_spans_none_are_trusted(monkeypatch):
    gpu = Gpu(spec())
    copy = gpu.driver.memcpy_htod_async

    def copy_and_fail(dest, src, stream):
        copy(dest, src, stream)
        if src.nbytes == 11200:
            raise gpu.driver.LogicError('cuMemcpyHtoDAsync failed')

    image = image_of(640, 480)
    gpu.start(image)
    with monkeypatch.context() as patch:
        patch.setattr(gpu.driver, 'memcpy_htod_async', copy_and_fail)
        with pytest.raises(gpu.driver.LogicError):
            gpu.start(image_of(320, 240))
    gpu.start(image)
    assert gpu.driver.copied == [921600, 11200, 230400, 11200, 921600, 11200]
    np.testing.assert_array_equal(gpu.read(), reference(image, gpu.given))


def test_closing_waits_and_frees_and_happens_once():
    gpu = Gpu(spec())
    image = image_of(640, 480)
    gpu.start(image)
    assert gpu.close() == []
    gpu.stream.synchronize()    # work that still waited would miss its memory
    gpu.preprocess.close()
    with pytest.raises(BackendError, match='closed'):
        gpu.start(image)


def test_a_thousand_lives_leave_no_memory():
    driver = FakeDriver()
    output = driver.mem_alloc(3 * 4)
    for number in range(1000):
        each = GpuPreprocess(driver, FakeCompiler(driver), spec(1, 1))
        if number % 2:
            each.run(image_of(2, 2), int(output), driver.Stream())
        each.close()
    assert driver.live == [output]


@pytest.mark.parametrize('error', [OSError('nvcc was not found (is it on the PATH?)'),
                                   CompileError('nvcc compilation of /tmp/x/kernel.cu failed')])
def test_without_a_working_compiler_the_cure_is_named(error):
    driver = FakeDriver()
    with pytest.raises(BackendError, match='nvcc .*/usr/local/cuda/bin') as raised:
        GpuPreprocess(driver, FakeCompiler(driver, error), spec())
    assert '\n' not in str(raised.value) and driver.live == []
