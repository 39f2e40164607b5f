# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from training.tests.annotation.picture_host import Page, picture, robots


def moved(target, status=302):
    return Page(status=status, kind=None, headers=(('Location', target),) if target else ())


def test_redirects_are_followed_and_their_host_is_asked_for_its_rules(host, run):
    other = host.url('/2.jpg', 'localhost')
    host.pages = {'/1.jpg': moved('/a.jpg', 301), '/a.jpg': moved(other, 307), '/2.jpg': Page(picture())}
    found = run('/1.jpg')['/1.jpg']
    assert (found['status'], found['final_url']) == ('saved', other)
    assert host.paths() == ['/robots.txt', '/1.jpg', '/a.jpg', '/robots.txt', '/2.jpg']


@pytest.mark.parametrize('target, why', [
    ('/1.jpg', 'more than 5 redirects'), ('', "is redirected to '', which is not fetched"),
    ('file:///etc/passwd', "is redirected to 'file:///etc/passwd', which is not fetched"),
    ('http://[', "is redirected to 'http://[', which is not fetched"),
    ('/forbidden.jpg', 'robots.txt of 127.0.0.1 forbids it')])
def test_a_redirect_to_nowhere_is_refused(host, run, target, why):
    host.pages = {'/robots.txt': robots('User-agent: *\nDisallow: /forbidden'), '/1.jpg': moved(target),
                  '/forbidden.jpg': Page(picture())}
    found = run('/1.jpg')['/1.jpg']
    assert (found['status'], found['why']) == ('refused', why) and '/forbidden.jpg' not in host.paths()
