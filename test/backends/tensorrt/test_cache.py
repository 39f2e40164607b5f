# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The folder of engines: what holds, what does not and why, and who waits for whom."""
import os
import stat
import subprocess
import sys

import pytest

from face_perception.backends.tensorrt.cache import EngineCache, EngineKey, cache_folder

KEY = EngineKey(model='slim 320', precision='fp16', onnx_sha256='a' * 64, tensorrt='8.2.1.8', gpu='NVIDIA Tegra X1',
                capability='5.3')


@pytest.fixture
def lines():
    return []


@pytest.fixture
def cache(tmp_path, lines):
    return EngineCache(str(tmp_path / 'cache' / 'engines'), lines.append)


def test_an_empty_folder_has_no_engine(cache, lines):
    assert cache.load(KEY) == (None, 'it has no engine yet')
    assert lines == [] and not os.path.exists(cache.folder)


def test_two_engines_are_kept_apart(cache, lines):
    other = KEY._replace(precision='fp32')
    cache.save(KEY, b'one\nplan')
    cache.save(other, b'')
    assert cache.load(KEY) == (b'one\nplan', '') and cache.load(other) == (b'', '')
    assert lines == ['Kept as {}.'.format(cache.path(KEY)), 'Kept as {}.'.format(cache.path(other))]
    assert os.path.basename(cache.path(KEY)).startswith('slim_320-fp16-')


def test_only_the_owner_looks_into_it(cache):
    previous = os.umask(0)
    try:
        os.makedirs(cache.folder, 0o777)
        cache.save(KEY, b'plan')
    finally:
        os.umask(previous)
    assert stat.S_IMODE(os.stat(cache.folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(cache.path(KEY)).st_mode) == 0o600


@pytest.mark.parametrize('changes, words', [
    ({'tensorrt': '8.2.3.0'}, 'TensorRT was 8.2.1.8'),      # an update of JetPack
    ({'gpu': 'Orin', 'capability': '8.7'}, 'compute capability was 5.3, the GPU was NVIDIA Tegra X1'),  # a copied home
    ({'onnx_sha256': 'b' * 64}, 'the network was aaaa'),    # a new export
    ({'adapter': 2}, 'the adapter of this package was 1')])
def test_an_engine_of_something_else_does_not_hold_and_stays(cache, changes, words):
    cache.save(KEY, b'plan')
    plan, why = cache.load(KEY._replace(**changes))
    assert plan is None and 'does not hold any more: ' + words in why
    assert cache.load(KEY) == (b'plan', '')


@pytest.mark.parametrize('spoil, words', [
    (lambda content: b'', 'is not one of this package'),
    (lambda content: content.split(b'\n', 1)[1], 'is not one of this package'),     # a bare plan of trtexec
    (lambda content: b'{"format": 1}\n', 'is not one of this package'),
    (lambda content: b'\xff' * 100, 'is not one of this package'),
    (lambda content: content[:-1], 'is damaged'),           # cut off by a full disk
    (lambda content: content[:-1] + b'!', 'is damaged'),
    (lambda content: content + b'!', 'is damaged'),
    (lambda content: content.replace(b'8.2.1.8', b'8.2.1.9'), 'is that of something else')])
def test_a_file_that_does_not_hold(cache, spoil, words):
    cache.save(KEY, b'one\nplan')
    with open(cache.path(KEY), 'rb') as opened:
        content = opened.read()
    with open(cache.path(KEY), 'wb') as opened:
        opened.write(spoil(content))
    plan, why = cache.load(KEY)
    assert plan is None and words in why and cache.path(KEY) in why
    cache.save(KEY, b'new plan')
    assert cache.load(KEY) == (b'new plan', '')


def test_an_engine_that_cannot_be_read(cache):
    os.makedirs(cache.path(KEY))
    assert cache.load(KEY) == (None, 'its engine cannot be read (Is a directory)')


def test_the_engine_of_another_user_is_not_run(cache, monkeypatch):
    cache.save(KEY, b'plan')
    monkeypatch.setattr(os, 'getuid', lambda: os.stat(cache.folder).st_uid + 1)
    if os.stat(cache.folder).st_uid:        # root's are taken
        assert 'belongs to another user' in cache.load(KEY)[1]
    assert cache.write('name', b'') is False


def test_what_cannot_be_kept_is_said_once_and_does_not_raise(tmp_path, lines):
    (tmp_path / 'file').write_text('')
    cache = EngineCache(str(tmp_path / 'file' / 'engines'), lines.append)
    with cache.lock():
        cache.save(KEY, b'plan')
    assert lines == ['{} cannot be kept in {} (Not a directory).'.format(os.path.basename(cache.path(KEY)), cache.folder)]
    assert cache.load(KEY)[0] is None


def test_a_full_disk_leaves_the_old_engine_and_nothing_else(cache, lines, monkeypatch):
    cache.save(KEY, b'old')

    def full(number):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(os, 'fsync', full)
    cache.save(KEY, b'new')
    assert cache.load(KEY) == (b'old', '') and os.listdir(cache.folder) == [os.path.basename(cache.path(KEY))]
    assert 'No space left on device' in lines[-1]


def test_another_process_is_waited_for(cache, lines):
    program = ('import sys, time\n'
               'from face_perception.backends.tensorrt.cache import EngineCache\n'
               'with EngineCache(sys.argv[1], print).lock():\n'
               '    print("mine", flush=True)\n'
               '    time.sleep(0.5)\n'
               '    open(sys.argv[1] + "/done", "w").close()\n')
    other = subprocess.Popen([sys.executable, '-c', program, cache.folder], stdout=subprocess.PIPE)
    assert other.stdout.readline() == b'mine\n'
    with cache.lock():
        assert os.path.exists(cache.folder + '/done')
    assert lines == ['Waiting for another process that builds an engine in {}.'.format(cache.folder)]
    assert other.wait() == 0


def test_a_file_system_without_locks_keeps_nobody(cache, lines, monkeypatch):
    def none(number, how):
        raise OSError(37, 'No locks available')
    monkeypatch.setattr('fcntl.flock', none)
    with cache.lock():
        cache.save(KEY, b'plan')
    assert cache.load(KEY) == (b'plan', '')


def test_where_the_folder_lies(monkeypatch, tmp_path):
    monkeypatch.setenv('XDG_CACHE_HOME', '/var/cache')
    assert cache_folder() == '/var/cache/face_perception/engines'
    monkeypatch.setenv('XDG_CACHE_HOME', '')
    monkeypatch.setenv('HOME', '/home/robot')
    assert cache_folder() == '/home/robot/.cache/face_perception/engines'
    assert cache_folder('~/mine') == '/home/robot/mine/engines'
