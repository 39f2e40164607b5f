# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Width and height of a coded picture from its header, before memory is spent on its pixels."""

import re
import struct
from typing import Optional, Tuple

Size = Optional[Tuple[int, int]]

# Start of a JPEG frame (ITU-T T.81, table B.1): C0 to CF but for C4 (tables), C8 and CC.
_FRAMES = frozenset(set(range(0xc0, 0xd0)) - {0xc4, 0xc8, 0xcc})


def picture_size(data: bytes) -> Size:
    """Return (width, height) of an AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP; None where it is unknown."""
    try:
        if data.startswith(b'\x89PNG\r\n\x1a\n'):
            return _pair('>II', data, 16)
        if data.startswith(b'\xff\xd8'):
            return _jpeg(data)
        if data.startswith(b'GIF8'):
            return _pair('<HH', data, 6)
        if data.startswith(b'BM'):
            width, height = struct.unpack_from('<ii', data, 18)
            return abs(width), abs(height)
        if data[:4] == b'RIFF' and data[8:12] == b'WEBP':
            return _webp(data)
        if data[:4] in (b'II*\0', b'MM\0*'):
            return _tiff(data)
        if re.match(br'P[1-7]\s', data):
            return _pnm(data)
        if data[4:8] == b'jP  ':
            height, width = struct.unpack_from('>II', data, data.index(b'ihdr') + 4)
            return width, height
        if data[4:8] == b'ftyp':        # AVIF: the largest image spatial extent (ISO/IEC 23008-12, 6.5.3)
            sizes = [struct.unpack_from('>II', data, place.end() + 4) for place in re.finditer(b'ispe', data[:4096])]
            return max(sizes) if sizes else None
    except (struct.error, ValueError, IndexError):
        pass            # a broken header is the decoder's to judge
    return None


def _pair(form: str, data: bytes, place: int) -> Size:
    first, second = struct.unpack_from(form, data, place)
    return int(first), int(second)


def _jpeg(data: bytes) -> Size:
    place = 2
    while True:
        place = data.index(b'\xff', place)
        code = data[place + 1]
        if code in _FRAMES:
            height, width = struct.unpack_from('>HH', data, place + 5)
            return width, height
        if code == 0xff:
            place += 1
        elif code in (0x00, 0x01) or 0xd0 <= code <= 0xd8:
            place += 2
        else:
            place += 2 + int(struct.unpack_from('>H', data, place + 2)[0])


def _webp(data: bytes) -> Size:
    kind = data[12:16]
    if kind == b'VP8X':
        return (1 + int.from_bytes(data[24:27], 'little'), 1 + int.from_bytes(data[27:30], 'little'))
    if kind == b'VP8L':
        bits = int(struct.unpack_from('<I', data, 21)[0])
        return 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)
    width, height = struct.unpack_from('<HH', data, 26)
    return width & 0x3fff, height & 0x3fff


def _tiff(data: bytes) -> Size:
    order = '<' if data[:2] == b'II' else '>'
    place = int(struct.unpack_from(order + 'I', data, 4)[0])
    found = {}
    for entry in range(struct.unpack_from(order + 'H', data, place)[0]):
        tag, kind, _ = struct.unpack_from(order + 'HHI', data, place + 2 + 12 * entry)
        if tag in (256, 257):
            found[tag] = int(struct.unpack_from(order + ('H' if kind == 3 else 'I'), data, place + 10 + 12 * entry)[0])
    return (found[256], found[257]) if len(found) == 2 else None


def _pnm(data: bytes) -> Size:
    header = re.sub(br'#[^\n]*\n', b' ', data[:4096])
    if header.startswith(b'P7'):
        names = dict(re.findall(br'(WIDTH|HEIGHT)\s+(\d+)', header))
        return (int(names[b'WIDTH']), int(names[b'HEIGHT'])) if len(names) == 2 else None
    width, height = header.split()[1:3]
    return int(width), int(height)
