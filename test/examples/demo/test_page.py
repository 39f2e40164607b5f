# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The page stands alone, is well formed, and says what happened."""
import html.parser
import re

import numpy as np
import pytest

pytest.importorskip('jinja2', reason='needs jinja2 (scripts/demo installs it)')

from examples.demo.judge import PartResult  # noqa: E402
from examples.demo.page import Row, describe, figures, sheet, write_page  # noqa: E402
from face_perception.core.detections import Detections  # noqa: E402

FACE = Detections(np.array([[1, 2, 30, 40]], np.float32), [0.75], ['human'])
ROWS = [Row(0, 'one', FACE, 0.010, ['human']), Row(10 ** 8, 'two', Detections.empty(), 0.030, []),
        Row(2 * 10 ** 8, 'two', None, None, ['cartoon'])]
RESULTS = [PartResult('one', False, 1, 1, {'human': 1}, {'human': 1}),
           PartResult('two <&>', True, 2, 1, false_positives=3)]
PICTURE = np.full((48, 64, 3), 90, np.uint8)


def page(folder, rows=ROWS, results=RESULTS, shortcomings=()):
    write_page(folder / 'index.html', PICTURE, PICTURE, rows, title='A title <b>', command='scripts/demo --input "x"',
               results=results, shortcomings=shortcomings, figures=figures(rows, results))
    return (folder / 'index.html').read_text()


class Checker(html.parser.HTMLParser):
    """Collects addresses and unclosed elements."""

    OPTIONAL_END = {'p', 'tr', 'td', 'th', 'meta', 'img', 'br', 'line', 'rect', 'link'}

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.text = [], [], ''
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ('src', 'href', 'poster')]
        if tag not in self.OPTIONAL_END:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.OPTIONAL_END:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_no_answers_at_all_still_make_a_page(tmp_path):
    checked = Checker(page(tmp_path, [Row(0, '', None, None, None)], []))
    assert checked.open == [] and '0 of 1' in checked.text and 'nobody knows the truth' in checked.text


def test_a_good_and_a_bad_run_differ_in_their_verdict(tmp_path):
    good, bad = Checker(page(tmp_path)), Checker(page(tmp_path, shortcomings=['No cartoon.']))
    assert good.open == bad.open == []
    assert 'were found where they are' in good.text and 'No cartoon.' in bad.text
    assert 'No cartoon.' not in good.text


def test_the_page_needs_no_network(tmp_path):
    text = page(tmp_path)
    addresses = Checker(text).addresses
    assert len(addresses) == 5
    assert all(a.startswith('data:image/jpeg;base64,') or a in ('annotated.webm', 'faces.json') for a in addresses)
    assert not re.search(r'https?://', text)


def test_names_are_escaped_and_figures_shown(tmp_path):
    text = page(tmp_path)
    assert 'A title &lt;b&gt;' in text and 'two &lt;&amp;&gt;' in text
    assert '2 of 3' in text and '20.0 ms median' in text and '3 in 1 frames' in text


def test_the_timeline_has_a_bar_for_each_face_and_each_truth(tmp_path):
    text = page(tmp_path)
    assert text.count('opacity="0.75"') == 1 and text.count('fill="#444"') == 2
    assert '>human<' in text and '>cartoon<' in text


def test_rates_come_from_the_stamps():
    assert figures(ROWS, [])['frames answered'] == '2 of 3 frames, 6.7 a second'


def test_faces_are_described_best_first():
    assert (describe(None), describe(Detections.empty()), describe(FACE)) == (
        'replaced by a newer frame', '-', 'human 0.75')


def test_a_sheet_fills_its_last_row_with_white():
    images = [np.full((20, 40, 3), 7, np.uint8), np.full((40, 40, 3), 9, np.uint8), PICTURE]
    made = sheet(images, 2, 40)
    assert made.shape == (2 * 26, 2 * 46, 3) and (made[30:, 50:] == 255).all() and made[10, 10, 0] == 7
