# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""package.xml, setup.py and what they speak of agree."""
import ast
import json
import pathlib
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

import face_perception

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARD = set(getattr(sys, 'stdlib_module_names', ()))       # from Python 3.10 on
MANIFEST = ElementTree.parse(str(ROOT / 'package.xml')).getroot()


def depends():
    """Return the keys that running the package needs."""
    return {node.text for node in MANIFEST if node.tag in ('depend', 'exec_depend')}


@pytest.fixture(scope='module')
def given():
    """What setup.py hands to setuptools."""
    program = ('import json, runpy, setuptools\n'
               'setuptools.setup = lambda **words: print(json.dumps(words))\n'
               'runpy.run_path("setup.py")\n')
    run = subprocess.run([sys.executable, '-c', program], cwd=str(ROOT), check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout.decode())


def test_one_version(given):
    version = MANIFEST.find('version').text
    changelog = (ROOT / 'CHANGELOG.rst').read_text(encoding='utf-8')
    messages = ElementTree.parse(str(ROOT / 'face_perception_msgs' / 'package.xml')).getroot()
    assert face_perception.__version__ == version
    assert given['version'] == version
    assert messages.find('version').text == version
    assert re.search(r'^(\d+\.\d+\.\d+) ', changelog, re.MULTILINE).group(1) == version


@pytest.mark.skipif(not STANDARD, reason='this Python does not list its standard library')
def test_manifest_names_what_the_runtime_imports():
    tops = set()
    for path in (ROOT / 'face_perception').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if isinstance(node, ast.Import):
                tops |= {name.name.split('.')[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                tops.add(node.module.split('.')[0])
    keys = {'numpy': 'python3-numpy', 'cv2': 'python3-opencv', 'yaml': 'python3-yaml',
            'onnxruntime': 'python3-onnxruntime-pip'}
    others = tops - STANDARD - {'face_perception'}
    # builtin_interfaces comes with every message package; ours is optional, package.xml says why.
    used = {keys.get(top, top) for top in others}
    used -= {'builtin_interfaces', 'face_perception_msgs'}
    # On an NVIDIA GPU only, and from JetPack or NVIDIA, for which rosdep has no key; the backend says how to get them.
    used -= {'tensorrt', 'pycuda'}
    assert {'rclpy', 'vision_msgs', 'sensor_msgs'} | set(keys.values()) <= used
    assert used <= depends()


def test_manifest_leaves_our_messages_out():
    # Otherwise `rosdep install` fails in every larger workspace, and so does a build of face_perception
    # alone.
    assert 'face_perception_msgs' not in {node.text for node in MANIFEST}


def test_manifest_names_what_launch_files_need():
    assert {'launch', 'launch_ros', 'cv_bridge'} <= depends()


def test_format_and_build_type():
    assert MANIFEST.get('format') == '3'
    assert MANIFEST.find('export/build_type').text == 'ament_python'
    assert MANIFEST.find('license').text == 'Apache-2.0'
    assert 'Apache License' in (ROOT / 'LICENSE').read_text(encoding='utf-8')


def test_pytest_is_named_where_colcon_and_rosdep_look(given):
    named = {node.text for node in MANIFEST if node.tag == 'test_depend'}
    assert {'python3-' + name for name in given['extras_require']['test']} <= named
    assert 'pytest' in given['extras_require']['test']


def test_setup_finds_the_runtime_only(given):
    assert given['name'] == 'face_perception'
    tops = {name.split('.')[0] for name in given['packages']}
    assert tops == {'face_perception'}
    folders = {path.parent for path in (ROOT / 'face_perception').rglob('*.py')}
    assert {str(path.relative_to(ROOT)).replace('/', '.') for path in folders} == set(given['packages'])


def test_package_data_covers_whatever_is_no_python(given):
    found = {path for package, patterns in given['package_data'].items() for pattern in patterns
             for path in ROOT.joinpath(*package.split('.')).glob(pattern)}
    others = {path for path in (ROOT / 'face_perception').rglob('*')
              if path.is_file() and path.suffix not in ('.py', '.pyc')}
    assert ROOT / 'face_perception' / 'backends' / 'tensorrt' / 'preprocess.cu' in found == others


def test_data_files_cover_launch_config_models(given):
    data = {path for _, paths in given['data_files'] for path in paths}
    wanted = {'resource/face_perception', 'package.xml'}
    for pattern in ('launch/*.launch.py', 'config/*', 'models/*/*'):
        wanted |= {str(path.relative_to(ROOT)) for path in ROOT.glob(pattern) if path.is_file()}
    assert any(path.startswith('launch/') for path in wanted)
    assert any(path.startswith('models/') for path in wanted)
    assert wanted == data
    for target, paths in given['data_files'][1:]:
        share = pathlib.PurePosixPath('share/face_perception')
        assert {target} == {str(share / pathlib.PurePosixPath(path).parent) for path in paths}


def test_executables_have_a_main(given):
    scripts = dict(entry.replace(' ', '').split('=') for entry in given['entry_points']['console_scripts'])
    assert set(scripts) == {'camera_node', 'detector_node', 'landmark_node', 'overlay_node', 'health_check',
                            'face-perception'}
    for target in scripts.values():
        module, function = target.split(':')
        path = ROOT.joinpath(*module.split('.')).with_suffix('.py')
        tree = ast.parse(path.read_text(encoding='utf-8'))
        assert function in [getattr(node, 'name', None) for node in tree.body]


def test_messages_package_lists_its_messages():
    folder = ROOT / 'face_perception_msgs'
    listed = set(re.findall(r'"(msg/\w+\.msg)"', (folder / 'CMakeLists.txt').read_text(encoding='utf-8')))
    assert listed == {str(path.relative_to(folder)) for path in folder.glob('msg/*.msg')} != set()
