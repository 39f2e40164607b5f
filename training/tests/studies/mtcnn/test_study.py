# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One command makes every figure, plot and the page, and goes on where it was stopped."""
import json
import pathlib
import shutil

import numpy as np
import pytest
from studies.mtcnn import study as study_module
from studies.mtcnn.report import BEGIN, END, tables
from studies.mtcnn.study import CASCADES, slug

from face_perception.models.spec import read_spec
from face_training.__main__ import main

pytestmark = pytest.mark.filterwarnings('ignore')       # of the exporter

PAGE = pathlib.Path(__file__).parents[4] / 'docs' / 'studies' / 'mtcnn.md'


@pytest.fixture(scope='module')
def finished(published, show, tmp_path_factory):
    """(folder of the run, page) of a study of a made show, whose one frame stands for all four."""
    data = tmp_path_factory.mktemp('data') / 'data'
    shutil.copytree(show, data)
    listing = json.loads((data / 'faces' / 'val.json').read_text())
    for number, name in enumerate(('scooby', 'simpsons', 'louie'), start=2):
        listing['images'].append(dict(listing['images'][0], id=number, source=name))
        listing['annotations'].append(dict(listing['annotations'][0], id=number, image_id=number, iscrowd=0))
    listing['annotations'][0]['iscrowd'] = 0
    (data / 'faces' / 'val.json').write_text(json.dumps(listing))
    page, out = data / 'page.md', data / 'out'
    page.write_text(f'before\n{BEGIN}\nyesterday\n{END}\nafter\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study_module, 'FRAME_COUNTS', (2,))
        patch.setattr(study_module, 'TIMED_FRAMES', 1)
        arguments = ['study', 'mtcnn', '--data', str(data), '--out', str(out), '--page', str(page), '--epochs', '0.1']
        assert main(arguments) == 0
        stamps = {path.name: path.stat().st_mtime_ns for path in out.glob('*.safetensors')}
        assert main(arguments) == 0     # nothing is done again
        assert {path.name: path.stat().st_mtime_ns for path in out.glob('*.safetensors')} == stamps
    return out, page


def test_every_cascade_has_figures_and_predictions(finished):
    out, _ = finished
    results = json.loads((out / 'results.json').read_text())
    for name in CASCADES:
        assert 0 <= results['shows']['scooby'][name]['ap'] <= 1 and results['ms'][name] > 0
        rows = np.load(out / f'{slug(name)}_dexter.npy')
        assert rows.dtype.names == ('path', 'box', 'confidence')
        entries = json.loads((out / f'{slug(name)}_dexter.json').read_text())
        assert len(entries) == len(rows) and all(entry['image_id'] == 1 for entry in entries)
    assert [len(table.rows) for table in tables(results)] == [9, 6, 4, 2]


def test_the_page_has_the_tables_between_its_marks(finished):
    text = finished[1].read_text()
    assert text.startswith('before\n') and text.endswith('\nafter\n') and 'yesterday' not in text
    assert '| slim_320 |' in text and '| P, R, O |' in text


def test_the_plots_lie_beside_the_page(finished):
    for name in ('precision', 'frames', 'boxes'):
        assert (finished[1].parent / f'mtcnn_{name}.png').read_bytes().startswith(b'\x89PNG')


def test_the_last_cascade_is_a_model_folder(finished):
    assert read_spec(str(finished[0] / 'mtcnn')).labels == ('cartoon',)


def test_our_page_has_the_marks_and_its_plots():
    text = PAGE.read_text(encoding='utf-8')
    assert text.count(BEGIN) == text.count(END) == 1
    for name in ('precision', 'frames', 'boxes'):
        assert f'(mtcnn_{name}.png)' in text and (PAGE.parent / f'mtcnn_{name}.png').exists()
