# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Files of fp16 and int8: what they find, what NVIDIA's builder makes of them, and that a bad one changes nothing."""
import json
import pathlib
import shutil

import cv2
import numpy as np
import onnx
import pytest
from aside import run_with

from face_perception.models.spec import choose_file, read_spec
from face_training.__main__ import main
from face_training.export import ExportError
from face_training.reduced import reduce

MODEL = pathlib.Path(__file__).parents[2] / 'models' / 'slim_320'
PROGRAM = """
import sys
import tensorrt_rtx_bindings as rtx
log = rtx.Logger(rtx.Logger.ERROR)
builder = rtx.Builder(log)
network = builder.create_network(0)
parser = rtx.OnnxParser(network, log)
assert parser.parse_from_file(sys.argv[1]), parser.get_error(0).desc()
config = builder.create_builder_config()
config.num_compute_capabilities = 1
config.set_compute_capability(rtx.ComputeCapability.SM86, 0)
assert builder.build_serialized_network(network, config) is not None
print(*sorted({network.get_input(0).dtype.name, network.get_output(0).dtype.name, network.get_output(1).dtype.name}))
"""


@pytest.fixture
def folder(tmp_path):
    """A copy of a shipped model."""
    return pathlib.Path(shutil.copytree(MODEL, tmp_path / 'slim_320'))


@pytest.fixture(scope='module')
def pictures():
    """Eight parts of the reference picture, of several sizes."""
    image = cv2.imread(str(MODEL / 'reference.png'))
    height, width = image.shape[:2]
    return [image[:height - 9 * n, 11 * n:width - 5 * n] for n in range(8)]


@pytest.mark.parametrize('precision, kind', [
    ('fp16', onnx.TensorProto.FLOAT16),     # weights are halves
    ('int8', onnx.TensorProto.INT8),        # weights are whole numbers
])
def test_a_file_of_lower_precision_finds_the_same_and_is_one_of_the_model(folder, pictures, precision, kind):
    made = reduce(folder, precision, pictures)      # the reference picture was checked
    spec = read_spec(str(folder))
    assert choose_file(spec, precision).path == made.name and choose_file(spec, 'fp32').path == 'model.onnx'
    model = onnx.load(str(made))
    weights = [tensor for tensor in model.graph.initializer if len(tensor.dims) == 4]
    assert len(weights) > 20 and {tensor.data_type for tensor in weights} == {kind}
    assert model.ir_version == 7 and made.stat().st_size < 0.6 * (folder / 'model.onnx').stat().st_size
    ends = [*model.graph.input, *model.graph.output]
    assert {end.type.tensor_type.elem_type for end in ends} == {onnx.TensorProto.FLOAT}
    assert run_with('tensorrt_rtx', PROGRAM, made).split() == ['FLOAT']


def test_int8_needs_pictures(folder, pictures):
    with pytest.raises(ValueError, match='expected 8 or more, got 0; add --pictures'):
        reduce(folder, 'int8')
    with pytest.raises(ValueError, match='got 7'):
        reduce(folder, 'int8', pictures[:7])


def test_one_that_finds_other_faces_is_refused_and_changes_nothing(folder, pictures):
    content = json.loads((folder / 'model.json').read_text())
    content['proof']['reference']['detections'][0]['score'] = 0.7
    (folder / 'model.json').write_text(json.dumps(content))
    with pytest.raises(ExportError, match='model_fp16.onnx finds other faces than fp32 on the reference picture: .*score'):
        reduce(folder, 'fp16')
    assert json.loads((folder / 'model.json').read_text()) == content
    assert {path.name for path in folder.iterdir()} == {path.name for path in MODEL.iterdir()}


def test_a_model_without_a_reference_picture_cannot_be_checked(folder):
    content = json.loads((folder / 'model.json').read_text())
    del content['proof']['reference']
    (folder / 'model.json').write_text(json.dumps(content))
    with pytest.raises(ExportError, match='no reference picture'):
        reduce(folder, 'fp16')


def test_the_command_takes_a_folder_of_pictures(folder, pictures, tmp_path, capsys):
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(tmp_path / f'{number}.png'), picture)
    (tmp_path / 'notes.txt').write_text('no picture')
    assert main(['reduce', str(folder), '--precision', 'int8', '--pictures', str(tmp_path)]) == 0
    assert 'model_int8.onnx' in capsys.readouterr().out
    assert main(['reduce', str(folder), '--precision', 'int8']) == 2
    assert np.all([word in capsys.readouterr().err for word in ('--pictures',)])
