# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Any number of crops through networks of fixed batches: what comes back belongs to what went in."""
import numpy as np
import point_model
import pytest

from face_perception.backends import BackendError, BackendOptions, open_backend
from face_perception.backends.batches import Batches, open_batches
from face_perception.backends.fake import FakeBackend
from face_perception.models.spec import SpecError, parse_spec, read_spec

SPEC = parse_spec(point_model.spec_data())


def crops(count):
    """Return normalised crops: number k has its right eye, red, in column k + 10."""
    tensor = np.full((count, 3, 96, 96), -1, np.float32)
    for number in range(count):
        tensor[number, 0, 40, number + 10] = 1
    return tensor


@pytest.fixture(scope='module', params=[(1,), (1, 4), (4,), (1, 4, 8)], ids=str)
def real(request, tmp_path_factory):
    folder = point_model.write_point_model(tmp_path_factory.mktemp('dots'), batches=request.param)
    spec = read_spec(folder)
    batches = open_batches('onnxruntime', lambda name, options: open_backend(name, folder, spec, options), spec,
                           BackendOptions())
    assert batches.largest == max(request.param)
    assert sorted(batches.measure()) == list(request.param)
    yield batches
    batches.close()


@pytest.mark.parametrize('count', [1, 2, 3, 4, 5, 8, 9, 17])
def test_each_image_has_its_own_answer_whatever_the_batches(real, count):
    points = real.run(crops(count))['points']
    assert points.shape == (count, 5, 3) and points.dtype == np.float32
    np.testing.assert_allclose(points[:, 0, 0], (np.arange(count) + 10.5) / 96, atol=1e-5)
    np.testing.assert_allclose(points[:, 0, 2], 1, atol=1e-5)
    assert (points[:, 1:, 2] == 0).all()


def batches_of(seconds):
    """Return Batches of fake backends that are said to take so many seconds: {batch: seconds}."""
    made = Batches([FakeBackend(SPEC, points=np.zeros((5, 3)), batch=batch) for batch in seconds], SPEC)
    made._seconds = dict(seconds)
    return made


@pytest.mark.parametrize('seconds, count, runs, why', [
    ({1: 1.0}, 3, [1, 1, 1], 'there is but one size'),
    ({8: 5.0}, 3, [8], 'padded: there is no smaller one'),
    ({8: 5.0}, 9, [8, 8], 'two of them'),
    ({1: 1.0, 8: 8.0}, 8, [8], 'of equal cost the fewer runs'),
    ({1: 1.0, 8: 8.0}, 3, [1, 1, 1], 'on one core a padded batch costs as if it were full'),
    ({1: 1.0, 8: 2.0}, 3, [8], 'on a GPU a padded batch is cheaper than three runs'),
    ({1: 1.0, 8: 2.0}, 9, [8, 1], 'the rest by one'),
    ({1: 1.0, 4: 2.5, 8: 3.0}, 12, [8, 4], 'eight and four'),
    ({1: 1.0, 8: 9.0}, 8, [1] * 8, 'a batch that costs more than its images is left alone')])
def test_the_cheapest_sizes_are_chosen(seconds, count, runs, why):
    assert batches_of(seconds).plan(count) == runs, why


def test_about_names_the_backend_and_the_sizes():
    assert batches_of({1: 1.0}).about == 'fake 1 on none'
    assert batches_of({8: 1.0, 1: 1.0}).about == 'fake 1 on none, batches of 1, 8'


def test_nothing_to_run_needs_no_run():
    assert batches_of({1: 1.0}).plan(0) == []


def test_close_closes_all_of_them():
    batches = batches_of({1: 1.0, 4: 1.0})
    batches.close()
    batches.close()
    with pytest.raises(BackendError, match='is closed'):
        batches.run(crops(2))


def open_with(make, batches):
    """Return (Batches or what was raised, all that was opened, what was reported); make(name, options) -> Backend."""
    opened, said = [], []

    def open_one(name, options):
        opened.append(make(name, options))
        return opened[-1]

    try:
        spec = parse_spec(point_model.spec_data(batches=batches))
        return open_batches('any', open_one, spec, BackendOptions(report=said.append)), opened, said
    except Exception as error:
        return error, opened, said


def is_closed(backend):
    try:
        backend.run(crops(backend.info.batch))
    except BackendError:
        return True
    return False


def single(name, options):
    """Open a backend that does not know batches."""
    return FakeBackend(SPEC, points=np.zeros((5, 3)))


def test_a_backend_that_does_not_know_batches_runs_one_by_one_and_that_is_said():
    batches, opened, said = open_with(single, (1, 8))
    assert batches.largest == 1 and [is_closed(backend) for backend in opened] == [False, True]
    assert said == ["dots: batches of 8 are left out: the backend 'fake' runs 1 image(s) at once, expected 8"]


def test_it_is_refused_where_there_are_only_batches():
    error, opened, _ = open_with(single, (8,))
    assert isinstance(error, BackendError) and 'runs 1 image(s) at once, expected 8' in str(error)
    assert is_closed(opened[0])


def test_all_sizes_are_run_by_the_backend_that_opens_the_smallest_which_says_things_once():
    names = []

    def note(name, options):
        names.append(name)
        options.report('Backend fake is taken.')
        return FakeBackend(SPEC, points=np.zeros((5, 3)), batch=options.batch)

    _, _, said = open_with(note, (1, 4, 8))
    assert names == ['any', 'fake', 'fake'] and said == ['Backend fake is taken.']


def test_what_else_goes_wrong_closes_what_is_open():
    def fail(name, options):
        if options.batch == 8:
            raise SpecError('another file')
        return FakeBackend(SPEC, points=np.zeros((5, 3)), batch=options.batch)

    error, opened, _ = open_with(fail, (1, 4, 8))
    assert isinstance(error, SpecError) and [is_closed(backend) for backend in opened] == [True, True]


def test_a_file_of_the_precision_is_needed(tmp_path):
    folder = point_model.write_point_model(tmp_path)
    spec = read_spec(folder)
    with pytest.raises(SpecError, match='no network file of precision fp32 for batches of 8; there are fp32'):
        open_backend('onnxruntime', folder, spec, BackendOptions(batch=8))
