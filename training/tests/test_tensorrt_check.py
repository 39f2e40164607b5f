# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's parser and builder take what we ship."""
import pathlib

import onnx
import pytest

from face_training import tensorrt_check
from face_training.export import IR, OPSET
from face_training.tensorrt_check import HOW, CheckUnavailable, CompileError, compile_onnx

MODELS = sorted((pathlib.Path(__file__).parents[2] / 'models').glob('*/model.onnx'))


@pytest.fixture
def library():
    return pytest.importorskip('tensorrt_rtx', reason=f'needs {HOW}')


@pytest.mark.parametrize('path', MODELS, ids=lambda path: path.parent.name)
def test_what_is_shipped_compiles(library, path):
    made = compile_onnx(path)
    assert set(made.outputs) == {'boxes', 'scores'} and list(made.inputs) == ['image']
    assert made.outputs['boxes'][2] == 4 and made.plan_bytes > 100000 and made.layers > 50


def test_what_is_no_network_is_refused(library, tmp_path):
    (tmp_path / 'model.onnx').write_bytes(b'no network')
    with pytest.raises(CompileError, match="NVIDIA's parser refuses it"):
        compile_onnx(tmp_path / 'model.onnx')


def test_without_the_library_the_cure_is_said(monkeypatch):
    monkeypatch.setattr(tensorrt_check, 'LIBRARY', 'no_such_library')
    with pytest.raises(CheckUnavailable, match='pip install'):
        compile_onnx('model.onnx')


@pytest.mark.parametrize('path', MODELS, ids=lambda path: path.parent.name)
def test_opset_and_ir_are_those_of_the_oldest_runtimes(path):
    model = onnx.load(str(path))
    assert {item.domain: item.version for item in model.opset_import} == {'': OPSET} and model.ir_version == IR
