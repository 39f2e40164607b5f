# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every shipped network is taken by NVIDIA's own parser and builder, for three generations of GPUs.

TensorRT for RTX builds without a GPU. Not covered: running what it builds, and Jetsons, for which it has no target; that
the parser of their TensorRT 8.2 knows every operator is tested with its table.
"""
import json
import pathlib

import pytest
from aside import run_with

from face_perception.backends.base import check_signature
from face_perception.models.spec import read_spec

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = [(path.parent, key) for path in sorted((ROOT / 'models').glob('*/model.json'))
         for key in sorted(read_spec(str(path.parent)).files)]
TARGETS = ('SM75', 'SM86', 'SM89')

PROGRAM = """
import json, sys
import tensorrt_rtx_bindings as rtx
path, targets = sys.argv[1], sys.argv[2:]
log = rtx.Logger(rtx.Logger.ERROR)
made = {}
for target in targets:
    builder = rtx.Builder(log)
    network = builder.create_network(0)
    parser = rtx.OnnxParser(network, log)
    if not parser.parse_from_file(path):
        sys.exit('; '.join(str(parser.get_error(number).desc()) for number in range(parser.num_errors)))
    config = builder.create_builder_config()
    config.num_compute_capabilities = 1
    config.set_compute_capability(getattr(rtx.ComputeCapability, target), 0)
    plan = builder.build_serialized_network(network, config)
    sides = [[network.get_input(number) for number in range(network.num_inputs)],
             [network.get_output(number) for number in range(network.num_outputs)]]
    made[target] = [0 if plan is None else plan.nbytes, network.num_layers] + [
        {tensor.name: [list(tensor.shape), tensor.dtype.name] for tensor in side} for side in sides]
print(json.dumps(made))
"""


@pytest.mark.parametrize('folder, key', FILES, ids=['{}-{}'.format(folder.name, key) for folder, key in FILES])
def test_it_compiles_and_its_tensors_are_those_of_model_json(folder, key):
    spec = read_spec(str(folder))
    file = spec.files[key]
    # TensorRT for RTX 1.7 takes landmarks_5 for Ampere and Ada and fails within its own compiler for Turing.
    targets = [target for target in TARGETS if not (folder.name == 'landmarks_5' and target == 'SM75')]
    made = json.loads(run_with('tensorrt_rtx', PROGRAM, folder / file.path, *targets).splitlines()[-1])
    assert sorted(made) == sorted(targets)
    for target, (size, layers, inputs, outputs) in made.items():
        assert size > 100000 and layers > 10, target
        check_signature(spec, {name: shape for name, (shape, _) in inputs.items()},
                        {name: shape for name, (shape, _) in outputs.items()}, file.batch)
        assert {kind for _, kind in list(inputs.values()) + list(outputs.values())} == {'FLOAT'}


def test_what_is_no_network_is_refused(tmp_path):
    (tmp_path / 'model.onnx').write_bytes(b'no network')
    with pytest.raises(AssertionError, match='(?i)parse'):
        run_with('tensorrt_rtx', PROGRAM, tmp_path / 'model.onnx', 'SM86')
