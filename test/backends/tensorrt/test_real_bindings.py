# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fake TensorRT against the real one's Python side, 8.6, 10 and 11: same names, same arguments, in both directions.

The wheels hold the bindings alone; a stand-in for the libraries that they load makes them importable. Not covered: what a
call does, and 8.2 and 8.5, of which there is no wheel; their names were read in NVIDIA's source (test/fakes/tensorrt.py).
"""
import inspect
import json
import shutil
import subprocess

import pytest
from aside import run_with
from fakes import machine as machines
from fakes import tensorrt as fake_tensorrt

# Folder of the wheel -> the generation of the fake that it is held against.
WHEELS = {'tensorrt_8': '8.5', 'tensorrt_10': '10', 'tensorrt_11': '11'}
CLASSES = ('ILogger', 'Logger', 'Builder', 'IBuilderConfig', 'INetworkDefinition', 'OnnxParser', 'ParserError', 'Runtime',
           'ICudaEngine', 'IExecutionContext', 'ITimingCache', 'IHostMemory', 'IInt8EntropyCalibrator2', 'IProgressMonitor')
ENUMS = ('BuilderFlag', 'NetworkDefinitionCreationFlag', 'MemoryPoolType', 'TensorIOMode', 'DataType')
# Of the fake's own, not TensorRT's.
OWN = {'names', 'workspace', 'calibrate', 'vendor', 'context', 'builder', 'flags', 'model', 'content', 'logger', 'session',
       'runtime', 'engine', 'head'}

SYMBOLS = ('createInferBuilder_INTERNAL', 'createInferRefitter_INTERNAL', 'createInferRuntime_INTERNAL',
           'createNvOnnxParserRefitter_INTERNAL', 'createNvOnnxParser_INTERNAL', 'getBuilderPluginRegistry',
           'getNvOnnxParserVersion', 'getPluginRegistry', 'initLibNvInferPlugins', '_ZN11nvuffparser15createUffParserEv',
           '_ZN11nvuffparser8FieldMapC1EPKcPKvNS_9FieldTypeEi', '_ZN14nvcaffeparser117createCaffeParserEv',
           '_ZN14nvcaffeparser123shutdownProtobufLibraryEv')

PROGRAM = """
import json, sys
import tensorrt_bindings as real
asked = json.loads(sys.argv[1])
found = {'version': real.__version__, 'classes': {}, 'enums': {}}
for name in asked['classes']:
    kind = getattr(real, name, None)
    found['classes'][name] = kind and {entry: getattr(kind, entry).__doc__ or '' for entry in dir(kind)}
for name in asked['enums']:
    kind = getattr(real, name, None)
    found['enums'][name] = kind and sorted(kind.__members__)
print(json.dumps(found))
"""


@pytest.fixture(scope='module')
def libraries(tmp_path_factory):
    """A folder of stand-ins for the libraries that the bindings load."""
    if not shutil.which('cc'):
        pytest.skip('no C compiler for the stand-in of libnvinfer')
    folder = tmp_path_factory.mktemp('libraries')
    source = folder / 'standin.c'
    source.write_text(''.join('void *{}(void) {{ return 0; }}\n'.format(symbol) for symbol in SYMBOLS))
    for major in (8, 10, 11):
        for name in ('nvinfer', 'nvonnxparser', 'nvinfer_plugin', 'nvparsers'):
            file = 'lib{}.so.{}'.format(name, major)
            subprocess.run(['cc', '-shared', '-fPIC', '-Wl,-soname,' + file, '-o', str(folder / file), str(source)],
                           check=True)
    return folder


@pytest.fixture(scope='module', params=sorted(WHEELS))
def pair(request, libraries):
    """(what the real bindings have, the fake of that generation)."""
    asked = json.dumps({'classes': CLASSES, 'enums': ENUMS})
    real = json.loads(run_with(request.param, PROGRAM, asked, libraries=libraries))
    return real, fake_tensorrt.make_tensorrt(machines.Machine(), WHEELS[request.param])


def public(kind):
    return {name: value for cls in kind.__mro__[:-1] if cls is not bytes for name, value in vars(cls).items()
            if not name.startswith('_') and name not in OWN}


def test_the_wheels_are_of_the_generations(pair):
    real, fake = pair
    assert real['version'].split('.')[0] == fake.__version__.split('.')[0]


@pytest.mark.parametrize('name', CLASSES)
def test_what_the_fake_has_is_real(pair, name):
    real, fake = pair[0]['classes'][name], getattr(pair[1], name, None)
    assert (real is None) == (fake is None)
    if fake is not None:
        assert set(public(fake)) - set(real) == set()


def test_what_the_fake_lacks_is_not_there_either(pair):
    """Every name that some generation lacks: the feature tests of the adapters are about these."""
    real, fake = pair
    for (cls, name), missing in fake_tensorrt.MISSING.items():
        there = name in (real['classes'][cls] or {})
        # 8.6, against which the fake 8.5 is held, has all of both worlds.
        assert there == hasattr(getattr(fake, cls), name) == (fake.generation not in missing), (cls, name)


@pytest.mark.parametrize('name', CLASSES)
def test_arguments_have_the_same_names(pair, name):
    real, fake = pair[0]['classes'][name], getattr(pair[1], name, None)
    for method, value in (public(fake) if fake is not None else {}).items():
        first = real.get(method, '').strip().split('\n')[0]
        if inspect.isfunction(value) and first.startswith(method + '(self'):      # not a property, not overloaded
            given = [part.split(':')[0].strip() for part in _split(first[len(method) + 1:first.rindex(')')])]
            assert list(inspect.signature(value).parameters) == given, (name, method)


def _split(text):
    """Split the arguments of a signature at the commas outside brackets."""
    parts, depth = [''], 0
    for letter in text.split(') ->')[0]:
        depth += (letter in '[(') - (letter in '])')
        if letter == ',' and not depth:
            parts.append('')
        else:
            parts[-1] += letter
    return parts


@pytest.mark.parametrize('name', ENUMS)
def test_members_of_enumerations_are_real(pair, name):
    real, fake = pair[0]['enums'][name], getattr(pair[1], name, None)
    assert (real is None) == (fake is None)
    if fake is not None:
        assert set(fake.__members__) - set(real) == set()


@pytest.mark.parametrize('enum, member', [('BuilderFlag', 'FP16'), ('BuilderFlag', 'INT8'), ('BuilderFlag', 'TF32'),
                                          ('NetworkDefinitionCreationFlag', 'EXPLICIT_BATCH')])
def test_members_that_are_asked_for_are_there_or_not_in_both(pair, enum, member):
    assert (member in pair[0]['enums'][enum]) == (member in getattr(pair[1], enum).__members__)
