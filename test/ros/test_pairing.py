# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Partners find each other by their stamp; who is left alone is counted."""
import pytest

from face_perception.ros.pairing import StampPairs


class Bench:
    def __init__(self, limit=3):
        self.limit, self.made = limit, []
        self.pairs = StampPairs(['a', 'b'], lambda: self.limit, lambda a, b: self.made.append((a, b)))

    def add(self, words):
        """Take 'a1 b1': kind and stamp; the message is the word."""
        for word in words.split():
            self.pairs.add(word[0], int(word[1:]), word)


def test_nothing_is_paired_and_left_out_at_first():
    bench = Bench()
    assert bench.made == [] and bench.pairs.left_out == {'a': 0, 'b': 0} and not bench.pairs.alone


@pytest.mark.parametrize('words, made, left_out, why', [
    ('a1 b2', [], (0, 0), 'another stamp is another picture'),
    ('a1 b1', [('a1', 'b1')], (0, 0), 'partners'),
    ('b1 a1', [('a1', 'b1')], (0, 0), 'the order of the kinds holds whoever came first'),
    ('a1 a2 b2 b1', [('a2', 'b2'), ('a1', 'b1')], (0, 0), 'a late one still finds its partner'),
    ('a1 a2 a3 a4 b1 b2', [('a2', 'b2')], (1, 0), 'too late: the oldest has gone'),
    ('b1 b2 b3 b4 b5', [], (0, 2), 'only the newest are kept'),
    ('a1 a1 b1 b1', [('a1', 'b1')], (0, 0), 'a partner is used once'),
    ('a0 b0 a0 b0', [('a0', 'b0')] * 2, (0, 0), 'a clock that stands still')])
def test_pairs(words, made, left_out, why):
    bench = Bench()
    bench.add(words)
    assert bench.made == made, why
    assert tuple(bench.pairs.left_out.values()) == left_out, why


def test_the_limit_may_change_and_all_can_be_forgotten():
    bench = Bench()
    bench.add('a1 a2 a3')
    bench.limit = 1
    bench.add('a4')
    assert bench.pairs.left_out == {'a': 3, 'b': 0}
    bench.add('b9')
    assert bench.pairs.alone
    bench.pairs.clear()
    bench.add('b4')
    assert bench.made == [] and not bench.pairs.alone
