# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How a few hundred pictures are trained on: a Config by their number."""
import pathlib
from collections.abc import Sequence

from ..config import Augment, Config, Data, Export, Loss, Model, Schedule
from ..networks import build
from .start import Start

BATCH = 8                    # small, so that few pictures make many steps
STEPS = 1300                 # of a training that begins with a detector
NEW_STEPS = 1800             # and of one whose heads begin with nothing
EPOCHS = (20, 150)           # at least and at most
CALIBRATION = 0.5            # a score of .5 is what 1/3 was
LEAST_PICTURES = 8           # to learn from


def recipe(name: str, start: Start, labels: Sequence[str], data: tuple[pathlib.Path, pathlib.Path], count: int,
           epochs: int = 0, frozen_base: bool = False, seed: int = 0) -> Config:
    """Return the Config of a training on few pictures; docs/own_faces.md says how its numbers were found.

    Args:
        name: of the model.
        start: where it begins.
        labels: in output order.
        data: COCO json to learn from and to judge by.
        count: pictures to learn from.
        epochs: how many; 0: by the number of pictures.
        frozen_base: train the heads and the layers before them only.
        seed: of everything random.
    """
    batch = min(BATCH, max(2, count // 4))
    steps = count // batch
    epochs = epochs or int(min(EPOCHS[1], max(EPOCHS[0], round((STEPS if start.labels else NEW_STEPS) / steps))))
    stages = len(build(start.network, 1).backbone_stages())
    # The first stages of a backbone see edges, which are the same for all faces, and cost most of the time.
    frozen = stages if frozen_base else stages // 4 if start.weights else 0
    return Config(
        data=Data(train=str(data[0]), val=str(data[1]), labels=tuple(labels), smallest_face=6.0, workers=0, cache=True),
        model=Model(name=name, network=start.network, width=start.width, height=start.height, pretrained=start.weights),
        # Colours of hair and clothes tell who somebody is: they are moved less than where a face is a face.
        augment=Augment(mosaic=0.3, crop=0.4, zoom_out=0.15, largest_zoom=1.8, grey=0.05, colour=0.5, blur=0.1, noise=0.1,
                        jpeg=0.1),
        loss=Loss(assign='atss', candidates=9, ignore_iou=0.5, negatives=3, min_negatives=8, box_loss='giou', box_weight=2,
                  class_weights=(0.5, *(1.0,) * len(labels))),       # what is no face is known already
        schedule=Schedule(epochs=epochs, head_epochs=0, frozen_stages=frozen, batch=batch, optimiser='adamw', head_rate=6e-3,
                          base_rate=6e-3, weight_decay=0.01, warmup_steps=max(1, epochs * steps // 10), ema=0.99,
                          validate_every=epochs, seed=seed, precision='32-true'),
        # Faces that are learnt from few pictures have low scores.
        export=Export(score_calibration=CALIBRATION if start.labels else 1.0, smallest_face=8, largest_face=start.height))
