# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import datetime
import email.utils
import time

import pytest

from face_training.annotation.collect import collect
from face_training.annotation.web.client import retry_after
from training.tests.annotation.picture_host import CONTACT, Page, picture, rows


@pytest.mark.parametrize('text, seconds, why', [
    ('', None, 'no header'), ('7', 7, 'seconds'), (' 120 ', 120, 'with spaces'), ('soon', None, 'no date either'),
    ('-5', None, 'no time goes back'), ('1.5', None, 'RFC 9110 has whole seconds'), ('٣', None, 'digits of another script'),
    ('Wed, 21 Oct 2015 07:28:00 GMT', 0, 'a date that is over')])
def test_retry_after_is_understood(text, seconds, why):
    assert retry_after(text) == seconds, why


@pytest.mark.parametrize('usegmt', [True, False])       # the second one ends in +0000
def test_retry_after_may_be_a_date(usegmt):
    date = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=90)
    assert retry_after(email.utils.format_datetime(date, usegmt)) == pytest.approx(90, abs=2)


@pytest.mark.parametrize('wait', ['1', 'date'])
@pytest.mark.parametrize('status', [429, 503])
def test_a_busy_host_is_left_alone_as_long_as_it_asks_for(host, run, status, wait):
    if wait == 'date':
        date = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1.4)
        wait = email.utils.format_datetime(date, True)
    host.pages = {'/1.jpg': [Page(status=status, headers=(('Retry-After', wait),)), Page(picture())]}
    assert run('/1.jpg')['/1.jpg']['status'] == 'saved'
    (busy, _, _), (again, _, _) = host.asked[1:]
    assert again - busy >= (0.99 if wait == '1' else 0.3)          # a date has whole seconds


def test_other_addresses_of_a_busy_host_wait_too(host, run):
    host.pages = {'/1.jpg': Page(status=429, headers=(('Retry-After', '86400'),)), '/2.jpg': Page(picture())}
    found = run('/1.jpg', '/2.jpg')
    assert 'wants to be left alone for 86400 s' in found['/1.jpg']['why'] and found['/2.jpg']['status'] == 'failed'
    assert host.paths() == ['/robots.txt', '/1.jpg']


def drip(file):
    for _ in range(200):
        file.write(b'x')
        file.flush()
        time.sleep(0.05)


@pytest.mark.parametrize('page, why', [
    (Page(length=False, more=drip), 'no whole answer in time'),                          # never silent for long
    (Page(length=False, more=lambda _: time.sleep(1.2)), 'no whole answer in time'),     # silent for longer than `read`
    (Page(headers=(('Content-Length', '5000'),), length=False, body=picture()), 'ClientPayloadError'),     # ends too early
])
def test_a_host_that_stalls_does_not_hold_the_run(host, run, page, why):
    host.pages = {'/1.jpg': page, '/2.jpg': Page(picture(2))}
    start = time.monotonic()
    found = run('/1.jpg', '/2.jpg', tries=1)
    assert found['/1.jpg']['status'] == 'failed' and why in found['/1.jpg']['why']
    assert found['/2.jpg']['status'] == 'saved' and time.monotonic() - start < 5


def test_nobody_at_home_is_tried_again_by_the_next_run(addresses, quick, tmp_path):
    collect(addresses('http://127.0.0.1:1/1.jpg'), tmp_path / 'out', CONTACT, quick)
    row, = rows(tmp_path / 'out').values()
    assert row['status'] == 'failed' and 'cannot be had (ClientConnectorError' in row['why']


HEAD = b'HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n'


@pytest.mark.parametrize('raw, why', [
    (b'', 'it hangs up'), (b'hello\r\n\r\n', 'no HTTP'), (HEAD, 'no end of the head'),
    (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'a chunk without a length'),
    (HEAD + b'Content-Length: -5\r\n\r\nx', 'a length below nothing'),
    (HEAD + b'Content-Encoding: gzip\r\n\r\nno gzip', 'it is not packed'),
    (HEAD + b'X: ' + bytes(100000) + b'\r\n\r\n', 'a line that is too long, of zeros'),
    (HEAD + b'Set-Cookie: \xff\xfe=;;;\r\n\r\n', 'a cookie that is none, and no body'),
    (b'HTTP/1.0 302 Found\r\nLocation: //[\xff\r\n\r\n', 'a redirect to no address'),
    (b'HTTP/1.0 999999 No\r\n\r\n', 'a status that does not exist')])
def test_a_host_that_speaks_nonsense_does_not_end_the_run(host, run, raw, why):
    host.pages = {'/1.jpg': Page(raw=raw), '/2.jpg': Page(picture(2))}
    found = run('/1.jpg', '/2.jpg', tries=1)
    assert found['/1.jpg']['status'] in ('failed', 'refused') and found['/1.jpg']['why'], why
    assert found['/2.jpg']['status'] == 'saved'


@pytest.mark.parametrize('address', [f'http://{"a" * 70}.example/1.jpg', 'http://nobody.invalid/1.jpg', 'http://127.0.0.1:1/'])
def test_a_host_that_cannot_be_does_not_end_the_run(host, addresses, quick, tmp_path, address):
    host.pages = {'/2.jpg': Page(picture(2))}
    collect(addresses(address, host.url('/2.jpg')), tmp_path / 'out', CONTACT, dataclasses.replace(quick, tries=1))
    first, second = (row['status'] for row in rows(tmp_path / 'out').values())
    assert {first, second} in ({'failed', 'saved'}, {'refused', 'saved'})
