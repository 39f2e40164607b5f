# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from training.tests.annotation.picture_host import Page, picture, robots


@pytest.mark.parametrize('page, status, why', [
    (robots('User-agent: *\nDisallow: /'), 'refused', 'robots.txt of 127.0.0.1 forbids it'),
    (robots('User-agent: *\nDisallow: /\nAllow: /1.jpg'), 'saved', ''),
    (robots('User-agent: *\nDisallow:\n\nUser-agent: face-training\nDisallow: /*.jpg$'), 'refused',
     'robots.txt of 127.0.0.1 forbids it'),
    (robots('User-agent: other\nDisallow: /'), 'saved', ''),
    (robots('forbidden', status=403), 'saved', ''),                       # RFC 9309: as if there were none
    (robots('', status=503), 'failed',
     'robots.txt of http://127.0.0.1:* cannot be had (HTTP 503), so nothing is fetched there'),
    (Page(b'\x00\xff' * 300000, 'image/jpeg'), 'saved', ''),             # no rules, and longer than anybody must read
    (robots('', status=302, headers=(('Location', '/other.txt'),)), 'refused', 'robots.txt of 127.0.0.1 forbids it'),
    (robots('', status=302, headers=(('Location', '/robots.txt'),)), 'saved', ''),         # for ever: as if there were none
    (robots('', status=302, headers=(('Location', 'file:///etc/passwd'),)), 'saved', ''),
])
def test_robots_txt_is_obeyed(host, run, page, status, why):
    host.pages = {'/robots.txt': page, '/1.jpg': Page(picture()), '/other.txt': robots('User-agent: *\nDisallow: /')}
    found = run('/1.jpg')['/1.jpg']
    port = host.url('').rpartition(':')[2]
    assert (found['status'], found['why']) == (status, why.replace('*', port))
    assert ('/1.jpg' in host.paths()) == (status == 'saved')


def test_robots_txt_is_asked_for_once_and_a_host_without_it_for_nothing_more(host, run):
    host.pages = {'/robots.txt': Page(status=500)}
    found = run('/1.jpg', '/2.jpg')
    assert [row['status'] for row in found.values()] == ['failed', 'failed']
    assert host.paths() == ['/robots.txt'] * 3
