# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How patient and how polite a crawl is: every number of it, once."""
import dataclasses

MIB = 1 << 20


class Refused(Exception):
    """An address that will never give a picture; the message says why. It is not asked for again."""


class TryLater(Exception):
    """An address that gave nothing this time; the message says why. The next run asks again."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        """wait: seconds that the host asked for, or None."""
        super().__init__(why)
        self.wait = wait


class AskedTooMuch(TryLater):
    """A host wants to be left alone for longer than this run waits."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """Seconds unless said otherwise."""

    delay: float = 1.0               # between two requests to a host; its Crawl-delay holds where that is longer
    hosts: int = 8                   # that are asked at the same time, each one thing at a time
    tries: int = 4                   # of an address in one run
    back_off: float = 1.0            # after the first failure; doubled by each further one
    longest_back_off: float = 60.0
    longest_wait: float = 300.0      # that a host may ask for, by Retry-After or Crawl-delay; else the next run asks it
    connect: float = 10.0
    read: float = 20.0               # without a byte
    total: float = 60.0              # of one request, however steadily its bytes trickle
    redirects: int = 5
    most_bytes: int = 20 * MIB       # of a picture
    smallest_side: int = 64          # of a picture, pixels
    duplicate_bits: int = 6          # of 64 in which the hashes of two pictures of the same motif may differ
