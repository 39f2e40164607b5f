# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""'auto': which backend is taken, what is said of it, and what happens where none works."""
import subprocess
import sys

import blob_model
import pytest

from face_perception.api import make_detector
from face_perception.backends import BACKENDS, BackendError, BackendOptions, BackendUnavailable, open_backend
from face_perception.backends.choice import ORDER, open_first
from face_perception.backends.fake import FakeBackend
from face_perception.models.spec import SpecError, parse_spec, read_spec

SPEC = parse_spec(blob_model.spec_data())
ABSENT, BROKEN = BackendUnavailable('needs steam; install it with: pip install steam'), BackendError('the engine burst')


def choose(*outcomes):
    """Offer backends a, b, ... of these outcomes; return (backend, names opened, lines said)."""
    opened, lines = [], []

    def open_one(name):
        opened.append(name)
        outcome = outcomes['abc'.index(name)]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    return open_first('abc'[:len(outcomes)], open_one, lines.append), opened, lines


def test_the_first_that_works_is_taken_and_the_next_is_not_touched():
    first, second = FakeBackend(SPEC), FakeBackend(SPEC)
    backend, opened, lines = choose(first, second)
    assert backend is first and opened == ['a'] and dict(backend.passed_over) == {}
    assert lines == ['Backend auto: fake 1 on none, the first choice.']


@pytest.mark.parametrize('reason', [ABSENT, BROKEN, SpecError('no network file of precision fp16')])
def test_what_cannot_be_used_is_passed_over_with_its_reason(reason):
    backend, opened, lines = choose(reason, FakeBackend(SPEC))
    assert opened == ['a', 'b'] and backend.passed_over == {'a': str(reason)}
    assert lines == ['Backend auto: fake 1 on none, as these cannot be used: a ({}).'.format(reason)]
    assert make_detector(SPEC, backend).about == {
        'backend': 'fake 1 on none', 'backend_choice': 'as these cannot be used: a ({})'.format(reason)}


@pytest.mark.parametrize('outcomes, kind', [
    ([ABSENT], BackendUnavailable), ([ABSENT, ABSENT], BackendUnavailable), ([ABSENT, BROKEN], BackendError),
    ([ABSENT, SpecError('model.onnx is another file'), BROKEN], SpecError)])
def test_where_none_works_all_reasons_are_given(outcomes, kind):
    with pytest.raises(kind) as caught:
        choose(*outcomes)
    expected = [outcome for outcome in outcomes if kind is not SpecError or isinstance(outcome, SpecError)]
    assert all(str(outcome) in str(caught.value) for outcome in expected)


def test_any_other_error_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        choose(ZeroDivisionError(), FakeBackend(SPEC))


def test_tensorrt_comes_first_and_fake_never():
    assert ORDER == ('tensorrt', 'onnxruntime', 'opencv_dnn')
    assert set(BACKENDS) - set(ORDER) == {'fake'}


def test_auto_on_this_machine(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    lines = []
    backend = open_backend('auto', folder, read_spec(folder), BackendOptions(report=lines.append))
    assert backend.info.name == next(name for name in ORDER if name in BACKENDS and name not in backend.passed_over)
    assert len([line for line in lines if line.startswith('Backend auto: ')]) == 1
    backend.close()


def test_without_any_library_but_opencv(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    code = ("import sys; sys.modules['onnxruntime'] = sys.modules['tensorrt'] = None\n"
            'from face_perception.api import open_detector\n'
            'from face_perception.backends import BackendOptions\n'
            "print(open_detector({!r}, options=BackendOptions(report=print)).about['backend'])").format(folder)
    words = subprocess.check_output([sys.executable, '-c', code]).decode()
    assert words.splitlines()[-1].startswith('opencv_dnn ') and 'pip install onnxruntime' in words


def test_an_explicit_choice_does_not_fall_back(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    code = ("import sys; sys.modules['onnxruntime'] = None\n"
            'from face_perception.api import open_detector\n'
            'try:\n'
            "    open_detector({!r}, 'onnxruntime')\n"
            'except ImportError as error:\n'
            '    print(error)').format(folder)
    assert 'install it with: pip install onnxruntime' in subprocess.check_output([sys.executable, '-c', code]).decode()


def test_a_choice_imports_no_library_that_it_passes_by(tmp_path):
    # Start-up on a small board: what is not taken must not be loaded.
    folder = blob_model.write_blob_model(tmp_path)
    code = ('import sys\n'
            'from face_perception.api import open_detector\n'
            "open_detector({!r}, 'opencv_dnn')\n"
            "print(sorted({{'onnxruntime', 'tensorrt', 'pycuda', 'torch'}} & set(sys.modules)))").format(folder)
    assert subprocess.check_output([sys.executable, '-c', code]).decode().strip() == '[]'
