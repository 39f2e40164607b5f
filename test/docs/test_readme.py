# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of the README against the code; a failing test prints the row that belongs there."""
import ast
import json
import pathlib
import re

import pytest
import standins

from face_perception.parameter_tables import TABLES
from face_perception.ros import qos

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / 'README.md').read_text(encoding='utf-8')


def section(title):
    """Return the text below a heading, up to the next one."""
    found = re.search(r'^#+ {}\n(.*?)(?=^#|\Z)'.format(re.escape(title)), README, re.MULTILINE | re.DOTALL)
    assert found, 'README.md has no section "{}"'.format(title)
    return found.group(1)


def rows(text):
    """Return the rows of the tables of a text without heads, cells stripped."""
    lines = [line for line in text.splitlines() if line.startswith('|')]
    cells = [tuple(cell.strip() for cell in line.strip('|').split('|')) for line in lines]
    return [row for before, row in zip([None] + cells, cells)
            if not set(''.join(row)) <= set('- ') and before is not None]


def parameter_row(entry):
    """Return the cells of one parameter."""
    shown = {bool: lambda v: str(v).lower(), str: lambda v: v or "''"}.get(type(entry.default), str)(entry.default)
    return ('`{}`'.format(entry.name), '`{}`'.format(shown), entry.range_text(),
            'live' if entry.live else 'at start', entry.meaning)


def test_a_section_that_is_not_there_is_missed():
    with pytest.raises(AssertionError, match='no section'):
        section('What nobody wrote')


@pytest.mark.parametrize('node', sorted(TABLES))
def test_parameters_are_those_of_the_node(node):
    assert rows(section('Parameters of `{}`'.format(node))) == [parameter_row(entry) for entry in TABLES[node]]


def test_topics_are_those_of_the_nodes():
    expected = {(t.name, t.type_name.replace('/msg/', '/'), 'reliable' if t.reliable else 'best effort', str(t.depth))
                for t in vars(qos).values() if isinstance(t, qos.Topic)}
    found = {(r[0].strip('`'), r[1].strip('`'), r[3], r[4]) for r in rows(section('Topics'))}
    assert found == expected


def test_launch_arguments_are_those_of_the_launch_files():
    found = {}
    for row in rows(section('Launch')):
        for name in row[1].replace('`', '').split(', '):
            found.setdefault(row[0].strip('`'), set()).add(name)
    everything = arguments_of('face_perception.launch.py')
    assert found['face_perception.launch.py'] == everything
    for name in ('nano', 'desktop', 'demo'):
        # Their own are those that they declare before the others.
        assert found[name + '.launch.py'] <= arguments_of(name + '.launch.py') >= everything


def arguments_of(name):
    with standins.installed():
        return set(standins.expand(ROOT / 'launch' / name, video='clip.mp4').arguments)


@pytest.mark.parametrize('path', sorted((ROOT / 'models').glob('*/model.json')), ids=lambda path: path.parent.name)
def test_figures_are_those_of_the_models(path):
    proof = json.loads(path.read_text(encoding='utf-8'))['proof']['figures']
    row = next(r for r in rows(section('Models')) if r[0].strip('`') == path.parent.name)
    if 'nme' in proof:
        assert list(row[2:]) == ['{:.3f}'.format(proof['nme']), '{:.1f} %'.format(100 * proof['failure']),
                                 '{:.3f}'.format(proof['nme/pose/frontal']), '{:.3f}'.format(proof['detected/nme'])]
        return
    expected = ['{:.1f} %'.format(100 * proof['image_accuracy']), '{:.1f} %'.format(100 * proof['label_confusion']),
                '{:.2f}'.format(proof['ap50/human']), '{:.2f}'.format(proof['ap50/cartoon']),
                '{:.3f}'.format(proof['false_positives_per_face_free_image'])]
    assert list(row[2:]) == expected


def test_every_link_into_the_repository_leads_somewhere():
    documents = [ROOT / 'README.md'] + sorted((ROOT / 'docs').rglob('*.md')) + sorted((ROOT / 'training').glob('*.md'))
    for document in documents:
        for target in re.findall(r'\]\(([^)#]+)', document.read_text(encoding='utf-8')):
            if '://' not in target:
                assert (document.parent / target).exists(), '{}: {}'.format(document.name, target)


def test_the_code_of_the_readme_is_the_example():
    example = (ROOT / 'examples' / 'turn_to_face.py').read_text(encoding='utf-8')
    code = example.split('"""', 2)[2].strip()
    assert code in README
    ast.parse(code)


def test_commands_of_the_readme_exist():
    for name in set(re.findall(r'\bscripts/(\w+)', README)):
        assert (ROOT / 'scripts' / name).exists(), name
    for name in set(re.findall(r'ros2 run face_perception (\S+)', README)):
        assert "'{} = ".format(name) in (ROOT / 'setup.py').read_text(encoding='utf-8'), name
    for name in set(re.findall(r'\b([a-z]+\.launch\.py)', README)):
        assert (ROOT / 'launch' / name).exists(), name

