# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The page stands alone, is well formed, and says what happened."""
import html.parser
import re

import numpy as np
from face_perception.core.detections import Detections
from judge import PartResult
from report import Row, Summary, answered_fps, latencies_ms, page, percent, timeline

FACE = Detections(np.array([[1, 2, 30, 40]], np.float32), [0.75], ['human'])
ROWS = [Row(0, 'one', FACE, 0.010, ['human']), Row(10 ** 8, 'two', Detections.empty(), 0.030, []),
        Row(2 * 10 ** 8, 'two', None, None, ['cartoon'])]
RESULTS = [PartResult('one', 1, 1, False, {'human': 1}, {'human': 1}, 0, 0, 0),
           PartResult('two <&>', 2, 1, True, {}, {}, 0, 3, 0)]


def summary(**changes):
    picture = np.full((48, 64, 3), 90, np.uint8)
    return Summary('A title <b>', 'scripts/demo --input "x"', ROWS, RESULTS, [], 'annotated.webm', True,
                   picture, picture,
                   [('faces.json', 'every face')])._replace(**changes)


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


def test_no_answers_at_all_still_make_a_page():
    rows = [Row(0, '', None, None, None)]
    checked = Checker(page(summary(rows=rows, results=[])))
    assert checked.open == [] and '0 of 1' in checked.text and 'nobody knows the truth' in checked.text
    assert latencies_ms([]) == (None, None) and answered_fps([]) == 0 and percent(None) == '-'


def test_a_good_and_a_bad_run_differ_in_their_verdict():
    good, bad = Checker(page(summary())), Checker(page(summary(shortcomings=['No cartoon.'])))
    assert good.open == bad.open == []
    assert 'were found where they are' in good.text and 'No cartoon.' in bad.text
    assert 'No cartoon.' not in good.text


def test_the_page_needs_no_network():
    addresses = Checker(page(summary())).addresses
    assert len(addresses) == 4
    assert all(a.startswith('data:image/jpeg;base64,') or a in ('annotated.webm', 'faces.json')
               for a in addresses)
    assert not re.search(r'https?://', page(summary()))


def test_names_are_escaped_and_figures_shown():
    text = page(summary())
    assert 'A title &lt;b&gt;' in text and 'two &lt;&amp;&gt;' in text
    assert '2 of 3' in text and '20.0 ms median' in text and '3 in 1 frames' in text


def test_the_timeline_has_a_bar_for_each_face_and_each_truth():
    drawing = timeline(ROWS)
    assert drawing.count('opacity="0.75"') == 1 and drawing.count('fill="#444"') == 2
    assert '>human<' in drawing and '>cartoon<' in drawing


def test_rates_come_from_the_stamps():
    assert abs(answered_fps(ROWS) - 2 / 0.3) < 1e-6
    assert np.allclose(latencies_ms(ROWS), (20, 29))
