# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where each picture comes from: a csv that grows by a line for each address and is read again by the next run."""
import csv
import dataclasses
import io
import os
import pathlib

SAVED, DUPLICATE, REFUSED, FAILED = 'saved', 'duplicate', 'refused', 'failed'


@dataclasses.dataclass(frozen=True)
class Row:
    """What became of an address."""

    url: str                     # as the list of addresses has it
    status: str                  # SAVED, DUPLICATE or REFUSED, which are final, or FAILED, which the next run tries again
    time: str                    # UTC, ISO 8601
    why: str = ''                # unless SAVED
    final_url: str = ''          # after redirects
    file: str = ''               # name of the picture; of a DUPLICATE, the one that was there
    width: str = ''              # pixels
    height: str = ''
    bytes: str = ''
    content_type: str = ''       # as the host said it
    sha256: str = ''             # of the bytes
    phash: str = ''              # 64 bits, hexadecimal


NAMES = [field.name for field in dataclasses.fields(Row)]


class Provenance:
    """The last Row of each address, in a file."""

    def __init__(self, path: pathlib.Path) -> None:
        """Read the file, if there is one, and leave one line for each address in it.

        Raises:
            ValueError: it is another file.
            OSError: it cannot be read or written.
        """
        self._path = path
        self.rows: dict[str, Row] = {}
        if path.exists():
            text = path.read_text(encoding='utf-8')
            # A run that was killed may have left half a line at the end.
            reader = csv.DictReader(io.StringIO(text[:text.rfind('\n') + 1]))
            if text and reader.fieldnames != NAMES:
                raise ValueError(f'{path}: expected the columns {", ".join(NAMES)}, got '
                                 f'{", ".join(reader.fieldnames or []) or "none"}; name another folder')
            for line in reader:
                # Later lines of an address take the place of the earlier ones, and their place in the order.
                self.rows.pop(line['url'], None)
                self.rows[line['url']] = Row(**{name: line[name] or '' for name in NAMES})
        part = path.with_name(f'{path.name}.part')
        part.write_text(self._lines([NAMES, *(dataclasses.astuple(row) for row in self.rows.values())]), encoding='utf-8')
        os.replace(part, path)

    @staticmethod
    def _lines(rows: list[list[str] | tuple[str, ...]]) -> str:
        text = io.StringIO()
        # One line a row whatever hosts say, so that a line that is whole is a row that is whole.
        csv.writer(text, lineterminator='\n').writerows([' '.join(cell.split()) for cell in row] for row in rows)
        return text.getvalue()

    def is_final(self, url: str) -> bool:
        """Tell whether an address need not be asked for again."""
        return url in self.rows and self.rows[url].status != FAILED

    def add(self, row: Row) -> None:
        """Write a row, at once and to the disk."""
        self.rows[row.url] = row
        with open(self._path, 'a', encoding='utf-8', newline='') as file:
            file.write(self._lines([dataclasses.astuple(row)]))
            file.flush()
            os.fsync(file.fileno())
