# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Read the yaml of a landmark network into checked records; every field has one sentence of meaning."""
import pathlib
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from ..records import RULES, ConfigError, Share, apply_overrides, parse_record, read_values
from .faces import ROWS

TASK = 'landmarks'
Factor = Annotated[float, Field(ge=1)]


@dataclass(frozen=True, config=RULES)
class Data:
    """Which faces."""

    train: tuple[str, ...]                      # COCO keypoints (.json), 4-point .json, MTFL .txt, .csv or a folder of .pts
    val: str                                    # the same, to judge on; never trained on
    points: tuple[str, ...] = ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left')   # in output order
    shares: tuple[Share, Share, Share] = (1.0, 0.0, 0.0)    # of train: to train on, to choose by, to test on
    one_face: bool = True                       # leave out pictures with several faces
    all_points: bool = True                     # leave out faces that lack a point, or have one outside of their picture
    smallest_eye_distance: float = 10.0         # pixels; smaller faces are left out
    limit: int = 0                              # use so many faces of train alone; 0: all
    empty: str = ''                             # COCO json whose pictures without a face teach low scores; '': none
    empty_share: Share = 0.1                    # of the crops of a step, those without a face
    canvas: int = 144                           # pixels; side of the square that is kept of a picture
    context: Factor = 2.2                       # its side is so many times that of the box


@dataclass(frozen=True, config=RULES)
class Augment:
    """What is done to the crops of a step, all at once."""

    flip: Share = 0.5                           # mirrored, right and left points exchanged
    rotate: float = 15.0                        # degrees, standard deviation
    shift: float = 0.08                         # of the box by a share of its sides, standard deviation: as detectors vary
    shift_down: float = 0.0                     # mean of that; negative: the box sits higher than the labelled one
    scale: float = 0.12                         # logarithm of the box's size, standard deviation
    grow: float = 0.0                           # mean of that; .1: boxes a tenth larger than the labelled ones
    aspect: float = 0.08                        # logarithm of width : height of the box, standard deviation
    light: float = 0.25                         # gain of brightness and contrast, standard deviation
    tint: float = 0.06                          # gain of each channel, standard deviation
    grey: Share = 0.15                          # colour taken away
    soft: Share = 0.25                          # shrunk and enlarged again
    noise: Share = 0.2                          # Gaussian noise
    cover: Share = 0.2                          # a rectangle of one colour over a part of the face


@dataclass(frozen=True, config=RULES)
class Model:
    """Which network."""

    name: str                                   # folder name under models/, e.g. landmarks_5
    network: str                                # key of face_training.landmarks.networks.NETWORKS
    width: int                                  # network input, pixels
    height: int
    pretrained: str = ''                        # safetensors of a run of the same network; '': from nothing
    crop_margin: float = 0.15                   # added to each side of a face box, as a share of its size
    # ImageNet's normalisation is [123.675, 116.28, 103.53] and 1 / [58.395, 57.12, 57.375].
    mean: tuple[float, float, float] = (127.5, 127.5, 127.5)    # subtracted from RGB pixels
    scale: tuple[float, float, float] = (1 / 128, 1 / 128, 1 / 128)    # then multiplied
    pad: float = 127.0                          # pixel value outside of the picture


@dataclass(frozen=True, config=RULES)
class Loss:
    """Terms: points, box, scores."""

    points: Literal['mse', 'smooth_l1', 'wing'] = 'wing'    # of the coordinates
    normalise: bool = False                     # errors are divided by the distance of the eyes, not by the crop's side
    least_eye_distance: float = 0.12            # of the crop: profiles weigh no more than this when normalised
    wing_width: float = 0.1                     # Feng et al. 2018: below it the loss is logarithmic; unit of the errors
    wing_curve: float = 0.02                    # epsilon there
    point_weight: float = 1.0
    box_weight: float = 0.0                     # smooth L1 of the box, for networks that give one; 0: none
    score_weight: float = 0.05                  # binary cross-entropy of the scores, for networks that give them
    sure_below: float = 0.1                     # a score says how likely the point's error is below this, in eye distances


@dataclass(frozen=True, config=RULES)
class Schedule:
    """Adam with a warm-up and a cosine decay to 0."""

    epochs: int = 50
    batch: int = 64                             # crops a step
    rate: float = 1e-3
    warmup_steps: int = 100
    weight_decay: float = 1e-4                  # decoupled (AdamW)
    clip_norm: float = 5.0                      # gradients are clipped to this norm; 0 switches it off
    ema: float = 0.998                          # decay of the averaged weights; those are validated and exported
    seed: int = 0
    validate_every: int = 5                     # epochs
    precision: Literal['bf16-mixed', '16-mixed', '32-true'] = '32-true'


@dataclass(frozen=True, config=RULES)
class Export:
    """What goes into model.json beside the network."""

    smallest_face: float = 16.0                 # source pixels, as said in the model card
    largest_face: float = 2000.0
    batches: tuple[int, ...] = (1, 8)           # crops of one run, a file each


@dataclass(frozen=True, config=RULES)
class LandmarkConfig:
    """Everything that decides how a landmark network is made."""

    data: Data
    model: Model
    augment: Augment = Augment()
    loss: Loss = Loss()
    schedule: Schedule = Schedule()
    export: Export = Export()
    task: Literal['landmarks'] = 'landmarks'         # by it the commands know that this is no detector

    def __post_init__(self) -> None:
        """Check what a single field cannot know."""
        unknown = [name for name in self.data.points if name not in ROWS]
        if unknown or len(set(self.data.points)) < len(self.data.points) or not self.data.points:
            raise ConfigError(f'data.points must be different names out of {", ".join(ROWS)}, got '
                              f'{", ".join(self.data.points) or "none"}')
        if abs(sum(self.data.shares) - 1) > 1e-6:
            raise ConfigError(f'data.shares must add up to 1, got {list(self.data.shares)}')


def is_landmark_yaml(path: str | pathlib.Path) -> bool:
    """Tell whether a yaml is one of this task."""
    values = read_values(path)
    return isinstance(values, dict) and values.get('task') == TASK


def read_landmark_config(path: str | pathlib.Path, overrides: Sequence[str] = ()) -> LandmarkConfig:
    """Return the LandmarkConfig of a yaml; overrides: strings such as schedule.epochs=3; raises ConfigError."""
    config: LandmarkConfig = parse_record(LandmarkConfig, apply_overrides(read_values(path), overrides))
    return config
