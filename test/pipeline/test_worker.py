# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The worker thread: who opens, uses and closes, and what happens when that fails or hangs."""
import threading
import time

import pytest

from face_perception.pipeline.worker import OPENING_S, Stopped, Worker


class Resource:
    """Stands for a backend: notes what is done with it and in which thread."""

    def __init__(self):
        self.work, self.used, self.threads = [], [], set()
        self.may_go_on, self.busy, self.closed = threading.Event(), threading.Event(), threading.Event()

    def open(self):
        self.threads.add(threading.current_thread())
        return self

    def use(self, resource):
        assert resource is self
        self.threads.add(threading.current_thread())
        self.busy.set()
        assert self.may_go_on.wait(5.0)
        self.used.append(self.work.pop(0))

    def close(self, resource):
        self.threads.add(threading.current_thread())
        self.closed.set()


@pytest.fixture
def resource():
    return Resource()


@pytest.fixture
def worker(resource):
    worker = Worker(resource.open, resource.use, resource.close, lambda: bool(resource.work))
    yield worker
    resource.may_go_on.set()
    assert worker.stop()


def add(worker, resource, *items):
    with worker.changed:
        resource.work.extend(items)
        worker.changed.notify_all()


def wait_for(condition):
    end = threading.Event()
    for _ in range(500):
        if condition():
            return
        end.wait(0.01)
    raise AssertionError('it did not happen')


def test_without_work_it_only_opens_and_closes(worker, resource):
    worker.start()
    assert worker.stop() and worker.stop()
    assert resource.used == [] and resource.closed.is_set()


def test_stop_without_start(worker, resource):
    assert worker.stop()
    assert not resource.closed.is_set()


def test_one_thread_does_it_all(worker, resource):
    resource.may_go_on.set()
    worker.start()
    add(worker, resource, 'first', 'second')
    wait_for(lambda: resource.used == ['first', 'second'])
    worker.stop()
    assert len(resource.threads) == 1 and threading.current_thread() not in resource.threads


def test_work_that_was_begun_is_finished_before_the_end(worker, resource):
    worker.start()
    add(worker, resource, 'begun', 'later')
    assert resource.busy.wait(5.0)
    threading.Timer(0.1, resource.may_go_on.set).start()
    assert worker.stop()
    assert resource.used == ['begun'] and resource.closed.is_set() and worker.stopping


def test_a_resource_that_hangs_does_not_hang_the_stop(worker, resource):
    worker.start()
    add(worker, resource, 'hangs')
    assert resource.busy.wait(5.0)
    assert not worker.stop(timeout=0.05)


def test_failure_to_open_is_raised_where_it_was_started(resource):
    def fail():
        raise LookupError('no such model')

    worker = Worker(fail, resource.use, resource.close, lambda: False)
    with pytest.raises(LookupError, match='no such model'):
        worker.start()
    assert worker.stopping and worker.stop() and not resource.closed.is_set()


def test_start_can_be_given_up(resource):
    released = threading.Event()
    worker = Worker(lambda: released.wait(5.0), resource.use, resource.close, lambda: False)
    with pytest.raises(Stopped):
        worker.start(wanted=lambda: False)
    released.set()
    assert worker.stop() and resource.closed.is_set()


def test_what_still_opens_is_not_waited_for_long():
    may_go_on, closed = threading.Event(), threading.Event()
    worker = Worker(lambda: may_go_on.wait(20), lambda resource: None, lambda resource: closed.set(), lambda: False)
    with pytest.raises(Stopped, match='Stopped while it was starting'):
        worker.start(wanted=lambda: False)
    start = time.monotonic()
    assert not worker.stop() and time.monotonic() - start < OPENING_S + 1
    may_go_on.set()
    assert worker.stop() and closed.is_set()
