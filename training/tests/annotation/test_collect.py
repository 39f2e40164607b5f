# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The crawler against a real host on this machine."""
import datetime
import hashlib
import os
import signal
import subprocess
import sys
import time

import pytest

from face_training.__main__ import main
from face_training.annotation.collect import collect, user_agent
from training.tests.annotation.picture_host import CONTACT, Page, picture, pictures, rows


def test_a_list_without_addresses_is_refused(addresses, tmp_path):
    with pytest.raises(ValueError, match='has no address'):
        collect(addresses('# none'), tmp_path / 'out', CONTACT)
    assert not (tmp_path / 'out').exists()


def test_pictures_are_saved_with_where_they_come_from(host, run, tmp_path):
    host.pages = {'/1.jpg': Page(picture(1)), '/2': Page(picture(2, '.png'), 'image/png; charset=x')}
    found = run('/1.jpg', '/2')
    first = found['/1.jpg']
    content = (tmp_path / 'out' / 'pictures' / first['file']).read_bytes()
    assert content == picture(1) and first['sha256'] == hashlib.sha256(content).hexdigest()
    assert (first['status'], first['width'], first['height'], first['bytes']) == ('saved', '96', '80', str(len(content)))
    assert abs(datetime.datetime.fromisoformat(first['time']).timestamp() - time.time()) < 60
    assert found['/2']['file'].endswith('.png') and found['/2']['content_type'] == 'image/png; charset=x'
    assert host.paths() == ['/robots.txt', '/1.jpg', '/2']
    assert all(headers['User-Agent'] == user_agent(CONTACT) for _, _, headers in host.asked)
    assert user_agent(CONTACT).startswith('face-training/') and '(+me@example.org)' in user_agent(CONTACT)


def test_a_second_run_fetches_nothing_again(host, run, tmp_path):
    host.pages = {'/1.jpg': Page(picture(1)), '/2.jpg': Page(picture(1)), '/page': Page(b'<html>', 'text/html')}
    paths = '/1.jpg', '/2.jpg', '/page', '/gone.jpg'
    first = run(*paths)
    assert [first[path]['status'] for path in paths] == ['saved', 'duplicate', 'refused', 'refused']
    assert first['/gone.jpg']['why'] == 'HTTP 404'
    host.asked.clear()
    assert run(*paths) == first and host.asked == []
    os.remove(tmp_path / 'out' / 'pictures' / first['/1.jpg']['file'])          # thrown out by hand
    host.pages['/3.jpg'] = Page(picture(1))
    assert run(*paths, '/3.jpg')['/3.jpg']['status'] == 'duplicate'
    assert host.paths() == ['/robots.txt', '/3.jpg'] and pictures(tmp_path / 'out') == []


def test_what_failed_is_tried_again_by_the_next_run(host, run):
    host.pages = {'/1.jpg': Page(status=503)}
    found = run('/1.jpg')['/1.jpg']
    assert (found['status'], found['why']) == ('failed', 'HTTP 503')
    assert host.paths() == ['/robots.txt'] + ['/1.jpg'] * 3
    host.pages = {'/1.jpg': Page(picture())}
    assert run('/1.jpg')['/1.jpg']['status'] == 'saved'


def test_a_run_that_was_killed_between_picture_and_line_goes_on(host, run, tmp_path):
    host.pages = {'/1.jpg': Page(picture(1))}
    name = run('/1.jpg')['/1.jpg']['file']
    path = tmp_path / 'out' / 'provenance.csv'
    path.write_text(path.read_text().splitlines()[0] + '\n')
    assert run('/1.jpg')['/1.jpg']['status'] == 'saved' and pictures(tmp_path / 'out') == [name]


def test_the_command_says_what_became_of_the_addresses(host, addresses, tmp_path, capsys):
    host.pages = {'/1.jpg': Page(picture(1)), '/2.jpg': Page(status=500)}
    words = ['collect', str(addresses(host.url('/1.jpg'), host.url('/3.jpg'))), str(tmp_path / 'out'), '--contact', CONTACT,
             '--delay', '0']
    assert main(words) == 0
    printed = capsys.readouterr()
    assert printed.out == f'1 saved, 0 there already, 1 refused, 0 failed; {tmp_path}/out/provenance.csv has each\n'
    assert f'refused: {host.url("/3.jpg")}: HTTP 404' in printed.err
    words[1] = str(addresses(host.url('/2.jpg')))
    assert main([*words, '--tries', '1']) == 1
    assert 'tried again by the same command' in capsys.readouterr().err


@pytest.mark.parametrize('contact', ['', 'me', 'me@example.org (home)', 'a@b\r\nX: y'])
def test_a_contact_is_asked_for(host, addresses, tmp_path, contact, capsys):
    assert main(['collect', str(addresses(host.url('/1.jpg'))), str(tmp_path / 'out'), '--contact', contact]) == 2
    assert '--contact: expected a mail address' in capsys.readouterr().err and host.asked == []


@pytest.mark.parametrize('words', [['--timeout', '0'], ['--delay', '-1'], ['--hosts', '0'], ['--tries', '0.5'],
                                   ['--delay', 'inf'], ['--most-megabytes', '0'], []])
def test_limits_that_are_none_are_refused(tmp_path, words, capsys):
    contact = ['--contact', CONTACT] if words else []
    with pytest.raises(SystemExit) as ended:
        main(['collect', 'list', str(tmp_path), *words, *contact])
    assert ended.value.code == 2 and (words or ['--contact'])[0] in capsys.readouterr().err


def test_a_signal_ends_a_run_that_the_next_one_continues(host, addresses, tmp_path):
    host.pages = {'/1.jpg': Page(picture(1)), '/2.jpg': Page(length=False, more=lambda _: time.sleep(20))}
    words = [sys.executable, '-m', 'face_training', 'collect', str(addresses(host.url('/1.jpg'), host.url('/2.jpg'))),
             str(tmp_path / 'out'), '--contact', CONTACT, '--delay', '0']
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while '/2.jpg' not in host.paths():
        assert process.poll() is None
        time.sleep(0.02)
    second = subprocess.run(words, stderr=subprocess.PIPE, text=True)
    assert second.returncode == 2 and 'another collect fills it' in second.stderr
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=10)[1]
    assert process.returncode == 0 and 'stopped by SIGTERM; what was fetched is kept' in said
    assert {path: row['status'] for path, row in rows(tmp_path / 'out').items()} == {'/1.jpg': 'saved'}
