# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pathlib

import pytest

from face_training.annotation.recipe import recipe
from face_training.annotation.start import start_of
from face_training.networks import build

DATA = (pathlib.Path('train.json'), pathlib.Path('val.json'))


@pytest.mark.parametrize('count, epochs, batch', [(8, 150, 2), (110, 100, 8), (5000, 20, 8)])
def test_epochs_and_batch_follow_the_number_of_pictures(count, epochs, batch):
    """A handful, the fifth work's, and so many that fewer epochs would not see each often."""
    config = recipe('mine', start_of('slim_320'), ['dad', 'dexter', 'deedee'], DATA, count)
    assert (config.schedule.epochs, config.schedule.batch) == (epochs, batch)
    assert config.loss.class_weights == (0.5, 1, 1, 1) and config.schedule.validate_every == epochs


def test_epochs_that_are_asked_for_are_taken():
    assert recipe('mine', start_of('slim_320'), ['dad'], DATA, 110, epochs=3).schedule.epochs == 3


def test_stages_are_frozen_where_they_have_learnt_something():
    """All, the first of them, and none where a backbone begins with nothing."""
    start = start_of('slim_320')
    frozen = [recipe('mine', each, ['dad'], DATA, 110, frozen_base=base).schedule.frozen_stages
              for each, base in ((start, True), (start, False), (start._replace(weights='', labels=0), False))]
    assert frozen == [13, 3, 0] and len(build('slim', 1).backbone_stages()) == 13
