# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A host of pictures on this machine, as polite or as odd as a test wants it."""
import contextlib
import csv
import dataclasses
import http.server
import threading
import time

import cv2
import numpy as np

CONTACT = 'me@example.org'


def picture(seed=0, suffix='.jpg', width=96, height=80):
    """Return the bytes of a picture; pictures of two seeds are not alike."""
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8)
    return cv2.imencode(suffix, cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))[1].tobytes()


@dataclasses.dataclass
class Page:
    """One answer; `more` sends the rest of it by itself."""

    body: bytes = b''
    kind: str | None = 'image/jpeg'
    status: int = 200
    headers: tuple = ()
    length: bool = True
    more: object = None
    raw: bytes | None = None         # takes the place of all else


def robots(text, **more):
    return Page(text.encode(), 'text/plain', **more)


class Host:
    """Pages by their path; a list of pages is given in turn, its last one for ever."""

    def __init__(self):
        self.pages = {}
        self.asked = []              # (monotonic seconds, path, headers)
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0

    def paths(self):
        return [path for _, path, _ in self.asked]

    def answer(self, path):
        page = self.pages.get(path, Page(b'nothing here', 'text/plain', 404))
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        return page


@contextlib.contextmanager
def running():
    """A Host that answers; `url(path)` and `url(path, name)` give addresses of it under two names."""
    made = Host()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            with made.lock:
                made.asked.append((time.monotonic(), self.path, self.headers))
                made.at_once += 1
                made.most_at_once = max(made.most_at_once, made.at_once)
                page = made.answer(self.path)
            try:
                if page.raw is not None:
                    self.wfile.write(page.raw)
                    return
                self.send_response(page.status)
                for name, value in page.headers:
                    self.send_header(name, value)
                if page.kind is not None:
                    self.send_header('Content-Type', page.kind)
                if page.length:
                    self.send_header('Content-Length', str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)
                if page.more:
                    page.more(self.wfile)
            except OSError:          # the other side has had enough
                pass
            finally:
                with made.lock:
                    made.at_once -= 1

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01})
    thread.start()
    made.url = lambda path, name='127.0.0.1': f'http://{name}:{server.server_port}{path}'
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rows(folder):
    """Return {path of the address: row} of a provenance.csv."""
    with open(folder / 'provenance.csv', newline='') as file:
        return {'/' + row['url'].split('/', 3)[3]: row for row in csv.DictReader(file)}


def pictures(folder):
    return sorted(path.name for path in (folder / 'pictures').iterdir())
