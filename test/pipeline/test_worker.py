# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The worker thread and its slot of one."""
import threading

import pytest

from face_perception.pipeline.worker import Stopped, Worker


class Thing:
    """Stands for a backend: notes what is done with it and in which thread."""

    def __init__(self):
        self.seen, self.errors, self.threads = [], [], set()
        self.may_go_on, self.busy, self.closed = threading.Event(), threading.Event(), threading.Event()

    def make(self):
        self.threads.add(threading.current_thread())
        return self

    def work(self, thing, item):
        assert thing is self
        self.threads.add(threading.current_thread())
        self.busy.set()
        assert self.may_go_on.wait(5.0)
        if item == 'bad':
            raise ValueError('bad item')
        self.seen.append(item)

    def close(self, thing):
        self.threads.add(threading.current_thread())
        self.closed.set()


@pytest.fixture
def thing():
    return Thing()


@pytest.fixture
def worker(thing):
    worker = Worker(thing.make, thing.work, thing.close, thing.errors.append)
    yield worker
    thing.may_go_on.set()
    assert worker.stop()


def wait_for(condition):
    end = threading.Event()
    for _ in range(500):
        if condition():
            return
        end.wait(0.01)
    raise AssertionError('it did not happen')


def test_without_items_it_only_opens_and_closes(worker, thing):
    worker.start()
    assert worker.stop() and worker.stop()
    assert thing.seen == [] and thing.closed.is_set()


def test_stop_without_start(worker, thing):
    assert worker.stop()
    assert not thing.closed.is_set()


def test_newest_item_wins_and_replaced_ones_are_counted(worker, thing):
    worker.start()
    worker.put('first')
    assert thing.busy.wait(5.0)
    for item in ('second', 'third', 'fourth'):
        worker.put(item)
    assert worker.replaced == 2
    thing.may_go_on.set()
    wait_for(lambda: len(thing.seen) == 2)
    assert thing.seen == ['first', 'fourth']


def test_cleared_item_is_not_worked_on(worker, thing):
    worker.start()
    worker.put('first')
    assert thing.busy.wait(5.0)
    worker.put('second')
    worker.clear()
    thing.may_go_on.set()
    worker.stop()
    assert thing.seen == ['first'] and worker.replaced == 0


def test_error_is_reported_and_the_next_item_is_worked_on(worker, thing):
    thing.may_go_on.set()
    worker.start()
    worker.put('bad')
    wait_for(lambda: thing.errors)
    worker.put('good')
    wait_for(lambda: thing.seen == ['good'])
    assert [str(error) for error in thing.errors] == ['bad item']


def test_one_thread_does_it_all(worker, thing):
    thing.may_go_on.set()
    worker.start()
    worker.put('item')
    wait_for(lambda: thing.seen)
    worker.stop()
    assert len(thing.threads) == 1 and threading.current_thread() not in thing.threads


def test_item_in_work_is_finished_before_the_end(worker, thing):
    worker.start()
    worker.put('item')
    assert thing.busy.wait(5.0)
    worker.put('later')
    threading.Timer(0.1, thing.may_go_on.set).start()
    assert worker.stop()
    assert thing.seen == ['item'] and thing.closed.is_set()


def test_hanging_thing_does_not_hang_the_stop(worker, thing):
    worker.start()
    worker.put('item')
    assert thing.busy.wait(5.0)
    assert not worker.stop(timeout=0.05)


def test_failure_to_make_is_raised_where_it_was_started(thing):
    def fail():
        raise LookupError('no such model')

    worker = Worker(fail, thing.work, thing.close, thing.errors.append)
    with pytest.raises(LookupError, match='no such model'):
        worker.start()
    assert worker.stop() and not thing.closed.is_set()


def test_start_can_be_given_up(thing):
    released = threading.Event()
    worker = Worker(lambda: released.wait(5.0), thing.work, thing.close, thing.errors.append)
    with pytest.raises(Stopped):
        worker.start(wanted=lambda: False)
    released.set()
    assert worker.stop() and thing.closed.is_set()
