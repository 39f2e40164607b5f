# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's parser and builder take what we ship."""
import importlib.util
import pathlib
import sys

import numpy as np
import onnx
import pytest

from face_training import tensorrt_check
from face_training.export import IR, OPSET
from face_training.tensorrt_check import HOW, CheckUnavailable, CompileError, compile_onnx, unknown_operators

MODELS = sorted((pathlib.Path(__file__).parents[2] / 'models').glob('*/*.onnx'))


@pytest.mark.parametrize('path', MODELS, ids=lambda path: f'{path.parent.name}-{path.stem}')
def test_the_parser_of_the_nano_knows_every_operator(path):
    assert unknown_operators(onnx.load(str(path))) == []


@pytest.mark.parametrize('node, words', [
    (('Mod', ['a', 'b']), 'Mod'), (('NonMaxSuppression', ['a', 'b']), 'NonMaxSuppression'),
    (('ConstantOfShape', ['a'], {'value': onnx.helper.make_tensor('v', onnx.TensorProto.INT64, [1], [0])}),
     'ConstantOfShape of whole numbers'),
    (('TopK', ['a', 'large']), 'TopK of other than a fixed number up to 3840'), (('TopK', ['a', 'b']), 'TopK')])
def test_what_it_does_not_know_is_named(node, words):
    kind, inputs, attributes = (*node, {})[:3]
    large = onnx.numpy_helper.from_array(np.array([4000], np.int64), 'large')
    graph = onnx.helper.make_graph([onnx.helper.make_node(kind, inputs, ['out'], **attributes),
                                    onnx.helper.make_node('Relu', ['out'], ['last'])], 'one', [], [], [large])
    found, = unknown_operators(onnx.helper.make_model(graph))
    assert words in found


@pytest.fixture
def library(monkeypatch):
    # Where scripts/test puts its two large parts; who installed all of it needs no more.
    monkeypatch.syspath_prepend(str(pathlib.Path(sys.prefix) / 'aside' / 'tensorrt_rtx'))
    if importlib.util.find_spec('tensorrt_rtx') is None:
        monkeypatch.setattr(tensorrt_check, 'LIBRARY', 'tensorrt_rtx_bindings')
        return pytest.importorskip('tensorrt_rtx_bindings', reason=f'needs {HOW}')
    return importlib.import_module('tensorrt_rtx')


@pytest.mark.parametrize('path', MODELS, ids=lambda path: f'{path.parent.name}-{path.stem}')
def test_what_is_shipped_compiles(library, path):
    made = compile_onnx(path)
    assert set(made.outputs) in ({'boxes', 'scores'}, {'points'}) and list(made.inputs) == ['image']
    assert all(shape[2] == 4 for name, shape in made.outputs.items() if name == 'boxes')
    assert made.plan_bytes > 100000 and made.layers > 10


def test_what_is_no_network_is_refused(library, tmp_path):
    (tmp_path / 'model.onnx').write_bytes(b'no network')
    with pytest.raises(CompileError, match="NVIDIA's parser refuses it"):
        compile_onnx(tmp_path / 'model.onnx')


def test_without_the_library_the_cure_is_said(monkeypatch):
    monkeypatch.setattr(tensorrt_check, 'LIBRARY', 'no_such_library')
    with pytest.raises(CheckUnavailable, match='pip install'):
        compile_onnx('model.onnx')


@pytest.mark.parametrize('path', MODELS, ids=lambda path: f'{path.parent.name}-{path.stem}')
def test_opset_and_ir_are_those_of_the_oldest_runtimes(path):
    model = onnx.load(str(path))
    assert {item.domain: item.version for item in model.opset_import} == {'': OPSET} and model.ir_version == IR
