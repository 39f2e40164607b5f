# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The page stands alone, is well formed, and says what happened."""
import base64
import html.parser
import re
from collections import Counter

import cv2
import numpy as np
import pytest

pytest.importorskip('jinja2', reason='needs jinja2 (scripts/demo installs it)')

from examples.demo.judge import PartResult  # noqa: E402
from examples.demo.page import PICTURE_WIDTH, Row, figures, write_page  # noqa: E402
from face_perception.core.detections import Detections  # noqa: E402

FACE = Detections(np.array([[1, 2, 30, 40]], np.float32), [0.75], ['human'])
ROWS = [Row(0, 'one', FACE, 0.010, ['human']), Row(10 ** 8, 'two', Detections.empty(), 0.030, []),
        Row(2 * 10 ** 8, 'two', None, None, ['cartoon'])]
RESULTS = [PartResult('one', False, 1, 1, Counter(human=1), Counter(human=1)),
           PartResult('two <&>', True, 2, 1, false_positives=3, bonus=1)]
PICTURE = np.full((48, 64, 3), 90, np.uint8)


def page(folder, rows=ROWS, results=RESULTS, shortcomings=(), source=None, video=True, kept=None):
    write_page(folder / 'index.html', PICTURE, kept or {0: PICTURE, 2: PICTURE}, rows, input=source,
               command='scripts/demo --input "<x>"', results=results, shortcomings=shortcomings,
               figures=figures(rows, results), video=video)
    return (folder / 'index.html').read_text(encoding='utf-8')


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
    checked = Checker(page(tmp_path, [Row(0, '', None, None, None)], [], kept={0: PICTURE}))
    assert checked.open == [] and '0 of 1' in checked.text and 'nobody knows the truth' in checked.text


def test_a_good_and_a_bad_run_differ_in_their_verdict(tmp_path):
    good, bad = Checker(page(tmp_path)), Checker(page(tmp_path, shortcomings=['No cartoon.']))
    assert good.open == bad.open == []
    assert 'were found where they are' in good.text and 'No cartoon.' in bad.text
    assert 'No cartoon.' not in good.text


def test_the_page_needs_no_network(tmp_path):
    text = page(tmp_path)
    addresses = Checker(text).addresses
    assert len(addresses) == 6
    assert all(a.startswith('data:image/jpeg;base64,') or a in ('annotated.webm', 'faces.json') for a in addresses)
    assert not re.search(r'https?://', text)


def test_names_are_escaped_and_figures_shown(tmp_path):
    text = page(tmp_path, source='a <b>.mp4')
    assert '<h1>Faces found in a &lt;b&gt;.mp4</h1>' in text and 'two &lt;&amp;&gt;' in text
    assert 'replaced by a newer frame' in text and '<td>human 0.75</td>' in text
    assert '2 of 3' in text and '20.0 ms median' in text and '3 in 1 frames' in text


def test_the_timeline_has_a_bar_for_each_face_and_each_truth(tmp_path):
    text = page(tmp_path)
    assert text.count('opacity="0.75"') == 1 and text.count('fill="#444"') == 2
    assert '>human<' in text and '>cartoon<' in text


def test_rates_come_from_the_stamps():
    assert figures(ROWS, [])['frames answered'] == '2 of 3 frames, 6.7 a second'


def test_pictures_have_the_names_of_their_parts_and_a_width_that_can_be_read(tmp_path):
    large = np.full((1000, 3000, 3), 9, np.uint8)
    text = page(tmp_path, kept={0: large, 2: PICTURE})
    shown = re.findall(r'<figure><img src="data:image/jpeg;base64,([^"]+)" alt="">'
                       r'<figcaption class="soft">(.*?)</figcaption>', text)
    assert [caption for _, caption in shown] == ['one', 'two']
    images = [cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR) for data, _ in shown]
    assert [image.shape[1] for image in images] == [PICTURE_WIDTH, 64]


def test_without_a_film_the_page_says_so_and_links_none(tmp_path):
    text = page(tmp_path, video=False)
    assert 'There is no film' in text and 'annotated.webm' not in text
    assert 'There is no film' not in page(tmp_path)
