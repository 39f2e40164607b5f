# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The page, in a real browser where there is one."""
import json
import pathlib
import re
import shutil
import subprocess

import cv2
import numpy as np
import pytest

from face_training.__main__ import main
from face_training.annotation.annotate import annotate
from face_training.annotation.doubt import Judged
from face_training.annotation.draft import Draft
from face_training.annotation.review import tile

MODELS = pathlib.Path(__file__).parents[3] / 'models'
CHROMIUM = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
NASTY = '<img src=x onerror="alert(1)">.png'


@pytest.fixture(scope='module')
def annotated(tmp_path_factory):
    """A folder that annotate has made: two faces, none, and one in magenta with a name that wants to be HTML."""
    folder = tmp_path_factory.mktemp('review')
    (folder / 'pictures').mkdir()
    shutil.copy(MODELS / 'slim_320' / 'reference.png', folder / 'pictures' / 'two.png')
    cv2.imwrite(str(folder / 'pictures' / 'none.png'), np.full((90, 120, 3), 127, np.uint8))
    cv2.imwrite(str(folder / 'pictures' / NASTY), np.full((90, 120, 3), (255, 0, 255), np.uint8))
    (folder / 'pictures' / 'broken.png').write_bytes(b'<b>')
    annotate(folder / 'pictures', 'slim_320', folder / 'out', sure=0.98)
    return folder / 'out'


def page_of(folder, *words):
    assert main(['review', str(folder), *words]) == 0
    return (folder / 'review.html').read_text(encoding='utf-8')


def tables(page):
    """Return {caption: rows of cells} of a page."""
    return {caption: [re.findall(r'<td[^>]*>(.*?)</td>', row) for row in re.findall(r'<tr>(.*?)</tr>', rows, re.DOTALL)[1:]]
            for caption, rows in re.findall(r'<h2>([^<]*)</h2>\s*<div class="tables">(.*?)</div>', page, re.DOTALL)}


def test_a_folder_that_was_not_annotated_is_refused(tmp_path, capsys):
    assert main(['review', str(tmp_path)]) == 2
    assert 'expected a folder that "face-training annotate" has written' in capsys.readouterr().err


def test_the_most_doubtful_comes_first_and_nothing_is_loaded(annotated):
    page = page_of(annotated)
    assert page.count('<img src="data:image/jpeg;base64,') == 3 and 'http' not in page.replace('http-equiv', '')
    assert page.index('Marked for review: 1') < page.index('<b>two.png</b>') < page.index('Not marked: 2')
    assert page.index('<b>none.png</b>') > page.index('Not marked: 2')
    assert 'cartoon 0.98 is below 0.98' in page and 'broken.png: not an image' in page
    assert NASTY not in page and '&lt;img src=x onerror=&#34;alert(1)&#34;&gt;.png' in page
    assert tables(page) == {'What was annotated': [['marked for review', '1', '1', '1', '0', '0.0'],
                                                   ['not marked', '2', '0', '0', '2', '0.0']]}
    assert 'Marked for review: 1' in page_of(annotated, '--most', '1') and 'Not marked: the first 0 of 2' in page_of(
        annotated, '--most', '1')


def test_what_was_corrected_is_counted(annotated, tmp_path):
    shutil.copytree(annotated / 'coco', tmp_path / 'after')
    path = tmp_path / 'after' / 'annotations' / 'instances_default.json'
    content = json.loads(path.read_text())
    content['annotations'].pop(0)
    content['annotations'][0]['category_id'] = 1
    path.write_text(json.dumps(content))
    found = tables(page_of(annotated, '--after', str(tmp_path / 'after')))
    assert found['Faces before and after, in 3 pictures'] == [['cartoon', '1', '0', '0', '1', '0', '0', '0', '0'],
                                                              ['human', '1', '0', '0', '0', '0', '1', '0', '1']]
    assert found['Was something wrong where the models were in doubt'] == [['marked for review', '1', '1', '100%', '2', '0'],
                                                                           ['not marked', '2', '0', '0%', '0', '0']]
    assert '1 human removed, 1 cartoon other label' in page_of(annotated, '--after', str(tmp_path / 'after'))


def test_a_picture_that_is_gone_is_said_on_the_page(annotated, tmp_path):
    shutil.copytree(annotated, tmp_path / 'out')
    (tmp_path / 'out' / 'voc' / 'JPEGImages' / 'two.png').unlink()
    assert 'cannot be shown: No such file' in page_of(tmp_path / 'out')


@pytest.mark.parametrize('count, last', [(6, 'reason 5'), (8, 'and 2 reasons more')])
def test_a_crowd_does_not_fill_the_page_with_reasons(annotated, count, last):
    judged = Judged([], [], 1.0, [f'reason {number}' for number in range(count)])
    why = tile(annotated, Draft('two.png', 320, 240, judged), None).why
    assert why[:6] == judged.why[:6] and why[-1] == last and len(why) == min(count, 7)


def browse(page, folder):
    """Open a page; return (screenshot, elements as text, what the browser says on its console)."""
    shot = folder / 'shot.png'
    words = [CHROMIUM, '--headless=new', '--no-sandbox', '--disable-gpu', f'--user-data-dir={folder / "profile"}',
             '--enable-logging=stderr', '--window-size=1000,1400', f'--screenshot={shot}', '--dump-dom', page.as_uri()]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    console = [line for line in done.stderr.decode(errors='replace').splitlines() if 'CONSOLE' in line]
    return cv2.imread(str(shot)), done.stdout.decode(), console


@pytest.mark.skipif(CHROMIUM is None, reason='needs chromium (apt install chromium)')
def test_a_browser_shows_the_pictures_and_has_nothing_to_say(annotated, tmp_path):
    page_of(annotated)
    shot, elements, console = browse(annotated / 'review.html', tmp_path)
    assert console == []
    assert elements.count('<img ') == 3 and 'onerror' in elements
    magenta = (np.abs(shot.astype(int) - (255, 0, 255)).max(axis=2) < 12).sum()
    assert magenta > 10000           # the picture is there, and large enough to be looked at
    # The policy of the page is in force: another picture would be refused, and the console says so.
    other = tmp_path / 'other.html'
    other.write_text((annotated / 'review.html').read_text().replace('</body>', '<img src="file:///x.png"></body>'))
    assert any('Content Security Policy' in line for line in browse(other, tmp_path)[2])
