# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Several data sets in one training, each with a weight."""
from collections.abc import Sequence

import numpy as np


class Mixture:
    """Says which picture a key means; keys are epoch * len(mixture) + place, as EpochSampler gives them.

    A part of n pictures with weight w has round(n * w) places in every epoch. Its pictures take turns on them, so that all
    are shown equally often over the epochs: with weight 2 twice in each, with 0.5 in every second one.
    """

    def __init__(self, parts: Sequence[tuple[int, float]], seed: int = 0) -> None:
        """parts: (number of pictures, weight) of each, which follow each other in the list of all pictures."""
        self.counts = [count for count, _ in parts]
        self.places = [max(1, round(count * weight)) if count else 0 for count, weight in parts]
        self.ends = np.cumsum(self.places)
        self.firsts = np.cumsum([0, *self.counts])
        # A set may be in the order of its labels: what an epoch shows of it is mixed. Whole weights keep the order.
        self.orders = [np.random.default_rng((seed, number)).permutation(count) if places % max(1, count) else None
                       for number, (count, places) in enumerate(zip(self.counts, self.places))]

    def __len__(self) -> int:
        return int(self.ends[-1]) if len(self.ends) else 0

    def index(self, key: int) -> int:
        """Return the place of the picture in the list of all."""
        epoch, place = divmod(key, len(self))
        part = int(np.searchsorted(self.ends, place, side='right'))
        turn = epoch * self.places[part] + place - (int(self.ends[part]) - self.places[part])
        number = turn % self.counts[part]
        order = self.orders[part]
        return int(self.firsts[part]) + (number if order is None else int(order[number]))
