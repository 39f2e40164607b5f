# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import time

from face_training.annotation.collect import collect
from training.tests.annotation.picture_host import CONTACT, Page, picture, pictures, robots


def test_pauses_are_those_that_the_host_asks_for(host, run):
    host.pages = {'/robots.txt': robots('User-agent: *\nCrawl-delay: 0.2'), '/1.jpg': Page(picture(1)),
                  '/2.jpg': Page(picture(2))}
    run('/1.jpg', '/2.jpg', delay=0.05)
    times = [at for at, _, _ in host.asked]
    assert min(later - earlier for earlier, later in zip(times, times[1:])) >= 0.19


def test_a_pause_of_ours_holds_where_the_host_says_nothing(host, run):
    host.pages = {f'/{number}.jpg': Page(picture(number)) for number in range(3)}
    run(*host.pages, delay=0.1)
    times = [at for at, _, _ in host.asked]
    assert len(times) == 4 and min(later - earlier for earlier, later in zip(times, times[1:])) >= 0.09
    assert host.most_at_once == 1


def test_a_host_that_asks_for_a_longer_pause_than_we_wait_is_left_to_the_next_run(host, run):
    host.pages = {'/robots.txt': robots('User-agent: *\nCrawl-delay: 3600'), '/1.jpg': Page(picture())}
    start = time.monotonic()
    found = run('/1.jpg')['/1.jpg']
    assert found['status'] == 'failed' and 'wants to be left alone for 3600 s' in found['why']
    assert time.monotonic() - start < 1 and host.paths() == ['/robots.txt']


def test_hosts_are_asked_side_by_side(host, addresses, quick, tmp_path):
    slow = Page(picture(1), more=lambda _: time.sleep(0.3))
    host.pages = {'/1.jpg': slow, '/2.jpg': Page(picture(2), more=slow.more)}
    collect(addresses(host.url('/1.jpg'), host.url('/2.jpg', 'localhost')), tmp_path / 'out', CONTACT, quick)
    assert host.most_at_once == 2 and len(pictures(tmp_path / 'out')) == 2
