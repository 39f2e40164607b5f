# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Label-blind figures by hand, and what a comparison refuses."""
import math
import pathlib

import numpy as np
import pytest
import safetensors.torch
import torch

from face_perception.core.detections import Detections
from face_training.compare.candidates import open_ours, open_pretrained
from face_training.compare.command import check_candidates, compare, without_nan
from face_training.compare.gallery import how_bad
from face_training.compare.judge import blind_figures, people_figures, score_at_recall
from face_training.compare.tables import Table, number, people_table
from face_training.data.sample import Sample
from face_training.networks.extd import Extd

LABELS = ('human', 'cartoon')
FACE, OTHER = [10, 10, 40, 40], [50, 50, 90, 90]
MODEL = pathlib.Path(__file__).parents[3] / 'models' / 'slim_320'


def sample(boxes, labels, source='a'):
    return Sample(pathlib.Path('x.jpg'), 100, 100, source, np.array(boxes, np.float32).reshape(-1, 4),
                  np.array(labels, np.int64))


def found(*rows, label='face'):
    return Detections(np.array([r[0] for r in rows], np.float32).reshape(-1, 4), [r[1] for r in rows], [label] * len(rows))


def test_without_pictures_every_figure_is_nan():
    assert all(math.isnan(value) for value in blind_figures([], [], LABELS).values())


def test_labels_are_judged_apart_on_pictures_of_one_label():
    """By hand: people found, one of two drawings found; the mixed picture and the ignored face count for neither."""
    samples = [sample([FACE], [0]), sample([FACE, OTHER], [1, 1]), sample([FACE, OTHER], [0, 1]), sample([OTHER], [-1]),
               sample([], [])]
    detections = [found((FACE, 0.9)), found((FACE, 0.6)), found(), found((OTHER, 0.9)), found((FACE, 0.7), (OTHER, 0.95))]
    values = blind_figures(samples, detections, LABELS)
    assert values['ap50/human'] == values['ap50/human/a'] == pytest.approx(1)
    assert values['ap50/cartoon'] == pytest.approx(51 / 101, abs=1e-6)
    assert (values['recall/human'], values['recall/cartoon'], values['false_positives']) == (1, 0.5, 2)
    assert values['score_at_recall'] == pytest.approx(0.9)         # the highest at which the one human is still found
    assert values['false_positives_at_recall'] == 1                # .95 alone lies above


def test_people_are_judged_where_nobody_is_drawn():
    """By hand: one of two people found, two false positives in the one face-free picture; the drawn face is not looked at.

    The false positives rank first and last, so that the precision is 1/2 at the recalls 0 to .5, that is 51 of 101.
    """
    samples = [sample([FACE, OTHER], [0, 0]), sample([FACE], [1]), sample([], [])]
    seen = [found((FACE, 0.8)), found((FACE, 0.9)), found((FACE, 0.95), (OTHER, 0.7))]
    values = people_figures(samples, seen, ['face'])
    assert values['ap50'] == pytest.approx(51 / 101 / 2, abs=1e-6)
    assert (values['recall'], values['false_positives']) == (0.5, 2)
    named = [found((FACE, 0.8), (OTHER, 0.6), label='human'), found(), found((FACE, 0.95), label='cartoon')]
    values = people_figures(samples, named, LABELS)
    assert values['ap50'] == pytest.approx(1)                   # what is called drawn is no false person ...
    assert (values['recall'], values['false_positives']) == (1, 1)      # ... but a false positive
    assert math.isnan(people_figures([], [], LABELS)['ap50'])


def test_published_weights_stand_beside_ours():
    figures = {'ap50': 0.5, 'ap50/below_16': math.nan, 'ap50/16_to_32': 0.25, 'ap50/32_to_64': 1.0, 'ap50/from_64': 0.75,
               'recall': 0.125, 'false_positives': 2.0}
    results = [{'name': name, 'kind': kind, 'people': figures}
               for name, kind in (('slim_320', 'ours'), ('slim, as published', 'pre-trained'), ('YuNet', 'peer'))]
    cells = ['.500', '-', '.250', '1.000', '.750', '.125', '2.000']
    assert people_table([], LABELS).rows == []
    assert people_table(results, LABELS).rows == [['slim_320, ours', *cells], ['slim, as published', *cells]]


def test_a_recall_that_is_never_reached_has_no_threshold():
    samples = [sample([FACE, OTHER], [0, 0])]
    assert math.isnan(score_at_recall(samples, [found((FACE, 0.9))], 0, 0.75))
    assert score_at_recall(samples, [found((FACE, 0.9), (OTHER, 0.405))], 0, 0.75) == pytest.approx(0.4)


@pytest.mark.parametrize('detections, badness, words', [
    (found((FACE, 0.9), label='human'), 0, ''),
    (found((FACE, 0.9), label='cartoon'), 1, '1 with the wrong label'),
    (found((FACE, 0.4), label='human'), 1, '1 missed'),
    (found((FACE, 0.9), (OTHER, 0.75), label='human'), 0, ''),             # the second lies in an ignore region
    (found((FACE, 0.9), ([60, 0, 99, 30], 0.75), label='human'), 0.75, '1 false')])
def test_how_bad_a_picture_is(detections, badness, words):
    worst = how_bad(sample([FACE, OTHER], [0, -1]), detections, LABELS)
    assert worst.badness == pytest.approx(badness) and worst.words == words


def test_a_table_and_its_numbers():
    assert [number(value) for value in (math.nan, None, 0.5, 1.0)] == ['-', '-', '.500', '1.000']
    assert Table('What', ['a', 'b'], [['1', '2']]).markdown() == 'What\n\n| a | b |\n| --- | --- |\n| 1 | 2 |'
    assert without_nan([{'a': math.nan}, 1.0]) == [{'a': None}, 1.0]


def test_one_name_twice_is_refused():
    model = open_ours(str(MODEL))
    with pytest.raises(ValueError, match='two detectors are called slim_320'):
        check_candidates([model, model], LABELS)
    with pytest.raises(ValueError, match='compare models of the same labels'):
        check_candidates([model], ('dog',))


@pytest.mark.parametrize('text', ['slim', 'a=slim:x', 'a=slim:320:f'])
def test_pretrained_says_what_it_expects(text):
    with pytest.raises(ValueError, match='expects NAME=NETWORK:WIDTHxHEIGHT:FILE'):
        open_pretrained(text)


def test_a_comparison_leaves_page_curves_and_figures(drawn, tmp_path):
    text = compare([str(MODEL)], str(drawn), tmp_path / 'out', peers=str(tmp_path), rounds=1, worst=2, command='x <y>')
    assert '| slim_320 | 320x240 |' in text and 'not measured' not in text
    page = (tmp_path / 'out' / 'gallery.html').read_text()
    assert 'x &lt;y&gt;' in page and page.count('data:image/png') == 5
    assert 'http' not in page and 'src="data:image/jpeg' in page
    assert sorted(p.name for p in (tmp_path / 'out').iterdir()) == [
        'comparison.json', 'false_positives.png', 'gallery.html', 'precision_cartoon_0.3.png', 'precision_cartoon_0.5.png',
        'precision_human_0.3.png', 'precision_human_0.5.png']


def test_published_weights_of_extd_are_compared(drawn, tmp_path):
    torch.manual_seed(1)
    safetensors.torch.save_file(Extd(2, 32).state_dict(), tmp_path / 'extd.safetensors')
    published = f'EXTD-32=extd:160x120:{tmp_path / "extd.safetensors"}'
    text = compare([str(MODEL)], str(drawn), tmp_path / 'out', [published], rounds=0, worst=1)
    table = text[text.index('Pre-trained and fine-tuned; pictures'):]
    assert '| slim_320, ours | ' in table and '| EXTD-32, as published | ' in table
