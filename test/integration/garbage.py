# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A stream of good images with broken and odd ones between them, for tests of nodes.

    for case in mixed_images(500, good_frames):
        publisher.publish(case.message)

``case.kind`` names what it is, ``case.answered`` says whether a detector owes an answer to it:
True for every good frame and for odd but valid images (1x1, padded rows, mono8 ...), False for
what nobody can read. ``case.message.header.stamp`` is different for every case, so answers are
matched by stamp. The same seed gives the same stream.
"""
import array
import random
from typing import NamedTuple

from sensor_msgs.msg import Image

HUGE = 2**32 - 1          # the largest size that the message can declare
BIG_EVERY = 100           # a 4000x3000 picture is 36 MB: few of them


class Case(NamedTuple):
    """One message of the stream: what it is, whether it can be answered, the message."""

    kind: str
    answered: bool
    message: Image


def _image(width=8, height=6, encoding='bgr8', step=None, data=None, channels=3):
    step = width * channels if step is None else step
    data = bytes(step * height) if data is None else data
    return Image(width=width, height=height, encoding=encoding, step=step, data=array.array('B', data))


def good_image(bgr):
    """Wrap a (height, width, 3) uint8 BGR array into a bgr8 message without a header."""
    height, width = bgr.shape[:2]
    return _image(width, height, data=bgr.tobytes())


UNREADABLE = {
    'step too small': lambda rng: _image(step=7, data=bytes(8 * 6 * 3)),
    'step zero': lambda rng: _image(step=0, data=bytes(8 * 6 * 3)),
    'step huge': lambda rng: _image(step=HUGE, data=bytes(8 * 6 * 3)),
    'data empty': lambda rng: _image(data=b''),
    'data short': lambda rng: _image(data=bytes(8 * 6 * 3 - 1 - rng.randrange(20))),
    'encoding unknown': lambda rng: _image(encoding='nv21%d' % rng.randrange(3)),
    'encoding empty': lambda rng: _image(encoding=''),
    'encoding in capitals': lambda rng: _image(encoding='BGR8'),
    'encoding long': lambda rng: _image(encoding='bgr8' * 4000),
    'encoding odd': lambda rng: _image(encoding='%s{}\n\t\u4eba\u8138 \U0001f600 ../../etc'),
    'encoding number': lambda rng: _image(encoding='8UC'),
    'depth without data': lambda rng: _image(encoding='32FC1', channels=4, data=b'\x01'),
    'width zero': lambda rng: _image(width=0, data=b'abc'),
    'height zero': lambda rng: _image(height=0, data=b'abc'),
    'all empty': lambda rng: Image(),
    'declared huge': lambda rng: _image(HUGE, HUGE, step=HUGE, data=bytes(64)),
    'declared huge, little step': lambda rng: _image(HUGE, HUGE, step=3, data=bytes(64)),
    'declared high': lambda rng: _image(8, HUGE, step=24, data=bytes(24 * 6)),
}


def _noise(rng, size):
    return rng.getrandbits(8 * size).to_bytes(size, 'little')


VALID_BUT_ODD = {
    '1x1': lambda rng: _image(1, 1),
    '1x1 mono8': lambda rng: _image(1, 1, 'mono8', channels=1),
    'padded rows': lambda rng: _image(step=8 * 3 + 1 + rng.randrange(9)),
    'extra bytes': lambda rng: _image(data=bytes(8 * 6 * 3 + 5)),
    'one row': lambda rng: _image(300, 1, data=_noise(rng, 900)),
    'one column': lambda rng: _image(1, 300, data=_noise(rng, 900)),
    'noise rgb8': lambda rng: _image(64, 48, 'rgb8', data=_noise(rng, 64 * 48 * 3)),
    'noise bgra8': lambda rng: _image(64, 48, 'bgra8', channels=4, data=_noise(rng, 64 * 48 * 4)),
    'noise mono8': lambda rng: _image(64, 48, 'mono8', channels=1, data=_noise(rng, 64 * 48)),
    'big endian flag': lambda rng: _set(_image(), is_bigendian=1),
    'odd frame id': lambda rng: _image(),           # mixed_images gives it its frame_id
}


def _set(message, **fields):
    for name, value in fields.items():
        setattr(message, name, value)
    return message


def mixed_images(count, good_frames, good_every=3, seed=9, first_stamp_s=1000, big=True):
    """Yield ``count`` Cases: every ``good_every``-th a good frame, the others odd or unreadable.

    good_frames: BGR arrays (height, width, 3) uint8, taken in turn.
    big: one 4000x3000 picture (36 MB, valid) in every 100 cases.
    """
    rng = random.Random(seed)
    unreadable, odd = sorted(UNREADABLE), sorted(VALID_BUT_ODD)
    for number in range(count):
        frame_id = 'camera'
        if number % good_every == 0:
            kind, answered = 'good', True
            message = good_image(good_frames[number // good_every % len(good_frames)])
        elif big and number % BIG_EVERY == BIG_EVERY // 2:
            kind, answered = '4000x3000', True
            message = _image(4000, 3000)
        elif rng.random() < 0.75:
            kind, answered = rng.choice(unreadable), False
            message = UNREADABLE[kind](rng)
        else:
            kind, answered = rng.choice(odd), True
            message = VALID_BUT_ODD[kind](rng)
            frame_id = '/%s {} \u00e4\n' if kind == 'odd frame id' else frame_id
        message.header.frame_id = frame_id
        message.header.stamp.sec = first_stamp_s + number
        message.header.stamp.nanosec = number
        yield Case(kind, answered, message)
