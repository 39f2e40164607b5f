# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Each show is left out of its own run, and judged alone."""
import json
import pathlib

import pytest

from face_training.config import read_config
from face_training.data.structure import DataError
from face_training.leave_one_out import leave_one_out, table

CONFIG = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_320.yaml'


@pytest.fixture
def config(drawn, tmp_path):
    """Two sources that alternate, at a size that trains in seconds."""
    content = json.loads(drawn.read_text())
    for number, picture in enumerate(content['images']):
        picture.update(source=('one', 'two', 'two_web')[number % 3], file_name=str(drawn.parent / picture['file_name']))
    path = tmp_path / 'data.json'
    path.write_text(json.dumps(content))
    return read_config(CONFIG, ['stages=[]', f'data.train={path}', f'data.val={path}', 'data.workers=0', 'model.width=96',
                                'model.height=64', 'model.pretrained=""',
                                'schedule.epochs=1', 'schedule.batch=4', 'schedule.head_epochs=0',
                                'schedule.precision=32-true', 'export.top_k=20'])


def test_each_show_has_a_run_without_it_and_a_line(config, tmp_path):
    result = leave_one_out(config, tmp_path / 'runs', ['one', 'two+two_web'], device='cpu')
    assert list(result) == ['one', 'two+two_web']
    assert read_config(tmp_path / 'runs' / 'two+two_web' / 'config.yaml').data.exclude == ('two', 'two_web')
    sources = {name.split('/')[2] for values in result.values() for name in values if name.startswith('ap50/human/')}
    assert {'one', 'two', 'two_web'} >= sources - {'below_16', '16_to_32', '32_to_64', 'from_64'}
    lines = table(result).splitlines()
    assert len(lines) == 4 and lines[3].startswith('| two+two_web | ')


def test_a_show_that_is_not_there_is_said_before_anything_is_trained(config, tmp_path):
    with pytest.raises(DataError, match='has no picture of three. Name its sources with --show: one, two, two_web'):
        leave_one_out(config, tmp_path / 'runs', ['one', 'three'])
    assert not (tmp_path / 'runs').exists()


def test_no_shows_make_an_empty_table():
    assert table({}).splitlines()[0].startswith('| Left out |')
