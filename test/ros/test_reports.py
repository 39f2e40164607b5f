# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
from face_perception.ros.reports import OnceReporter


def test_nothing_is_said_unasked():
    said = []
    assert OnceReporter(said.append).total == 0
    assert said == []


def test_each_kind_is_said_once_and_counted():
    said = []
    reporter = OnceReporter(said.append)
    assert reporter.report('yuv', 'cannot read yuv')
    assert not reporter.report('yuv', 'cannot read yuv')
    assert reporter.report('step', 'wrong step')
    assert said == ['cannot read yuv', 'wrong step']
    assert reporter.total == 3


def test_made_up_kinds_do_not_flood():
    said = []
    reporter = OnceReporter(said.append, limit=3)
    for number in range(1000):
        reporter.report('kind {}'.format(number), 'text {}'.format(number))
    assert said[:3] == ['text 0', 'text 1', 'text 2']
    assert len(said) == 4 and '3' in said[3]
    assert reporter.total == 1000
