# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Values of options."""
import argparse

import pytest

from face_perception.backends import BackendOptions
from face_perception.cli import options


@pytest.mark.parametrize('parse, text, value', [
    (options.fraction, '0', 0), (options.fraction, '.5', 0.5), (options.fraction, '1', 1),
    (options.count, '1', 1)])
def test_good_values(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize('parse, text, words', [
    (options.fraction, '', 'a number from 0 to 1'), (options.fraction, '1.01', "got '1.01'"),
    (options.fraction, 'nan', 'a number'), (options.fraction, 'half', "got 'half'"),
    (options.count, '0', 'a whole number of 1 or more'), (options.count, '2.0', "got '2.0'")])
def test_bad_values(parse, text, words):
    with pytest.raises(argparse.ArgumentTypeError, match=words):
        parse(text)


def test_backend_options_have_defaults_that_work():
    parser = argparse.ArgumentParser()
    options.add_backend(parser)
    arguments = parser.parse_args([])
    assert vars(arguments) == {'backend': 'auto', 'precision': 'fp32', 'threads': 1}
    assert options.backend_options(arguments) == BackendOptions(threads=1, report=options.say)
    for name in ('tensorrt', 'onnxruntime', 'opencv_dnn'):
        assert name in ' '.join(parser.format_help().split())
    with pytest.raises(SystemExit):
        parser.parse_args(['--backend', 'abacus'])
