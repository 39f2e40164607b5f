# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Read a training yaml into checked records; every field has one sentence of meaning."""
from __future__ import annotations

import dataclasses
import pathlib
import types
import typing

import yaml


class ConfigError(ValueError):
    """A yaml that does not fit; the message names the key, what was expected and what came."""


@dataclasses.dataclass(frozen=True)
class Data:
    """Which pictures."""

    train: str | tuple[str, ...]                # COCO json with the training pictures, or several; file names are relative to its folder
    val: str                                    # COCO json with the validation pictures
    labels: tuple[str, ...] = ('human', 'cartoon')    # category names in output order; background is not a label
    exclude: tuple[str, ...] = ()               # sources left out of training (leave-one-show-out)
    repeat: tuple[str, ...] = ()                # sources whose pictures are shown once more per mention
    smallest_face: float = 6.0                  # sqrt(width * height) in input pixels; smaller faces become ignore regions
    workers: int = 2                            # loader processes; 0 loads in the main process
    cache: bool = False                         # keep decoded pictures in memory, about 0.3 MB each


@dataclasses.dataclass(frozen=True)
class Augment:
    """What is done to a training picture; probabilities are 0..1."""

    flip: float = 0.5                           # mirrored left to right
    mosaic: float = 0.3                         # four pictures in one
    crop: float = 0.5                           # zoomed in around a random place, else zoomed out or as it is
    zoom_out: float = 0.3                       # shrunk onto a plain ground
    largest_zoom: float = 2.5                   # how far crop zooms in, and zoom_out out
    aspect: float = 0.2                         # width : height is scaled by up to 1 + aspect, either way
    rotate: float = 8.0                         # degrees, either way
    tilt: float = 0.0                           # turned by up to largest_tilt instead
    largest_tilt: float = 45.0                  # degrees, either way
    grey: float = 0.15                          # colour taken away
    colour: float = 0.8                         # brightness, contrast, hue and saturation moved
    blur: float = 0.15                          # Gaussian or motion blur, or shrunk and enlarged again
    noise: float = 0.15                         # Gaussian noise
    jpeg: float = 0.2                           # compressed again


@dataclasses.dataclass(frozen=True)
class Model:
    """Which network, and where its first weights come from."""

    name: str                                   # folder name under models/, e.g. slim_320
    network: str                                # key of face_training.networks.NETWORKS
    width: int                                  # network input, pixels
    height: int                                 # network input, pixels
    pretrained: str = ''                        # safetensors of the two-class net or of a run; empty: from nothing
    mean: tuple[float, float, float] = (127.0, 127.0, 127.0)    # subtracted from RGB pixels
    scale: tuple[float, float, float] = (1 / 128, 1 / 128, 1 / 128)    # then multiplied


@dataclasses.dataclass(frozen=True)
class Loss:
    """MultiBox loss (Liu et al. 2016, section 2.2) and matching."""

    assign: str = 'iou'                         # which priors learn a face: iou (SSD, fixed overlap) or atss (adaptive)
    candidates: int = 9                         # atss: nearest priors of each layer that may learn a face
    match_iou: float = 0.35                     # iou: a prior takes its best face from this overlap on
    ignore_iou: float = 0.35                    # a prior above this overlap that learns no face counts as neither
    box_loss: str = 'smooth_l1'                 # smooth_l1 on the encoded box, or giou on the box itself
    negatives: float = 3.0                      # hardest background priors kept for each matched prior
    min_negatives: int = 8                    # and at least so many in every picture, face-free ones included
    class_weights: tuple[float, ...] = (1.0, 1.0, 1.0)    # background, then the labels in order
    box_weight: float = 1.0                     # of the box term


@dataclasses.dataclass(frozen=True)
class Schedule:
    """Two stages: heads alone, then everything with the base at a lower rate; cosine to zero.

    In the second stage the first stages of the backbone may be frozen from some epoch on: at full resolution they
    cost most of the time, and their few weights settle early.
    """

    epochs: int = 12                            # of both stages together
    head_epochs: int = 1                        # epochs of the first stage
    frozen_stages: int = 0                      # stages of the backbone that are frozen from freeze_epoch on
    freeze_epoch: int = 0
    batch: int = 32                             # pictures a step
    head_rate: float = 1e-2                     # SGD learning rate of the heads
    base_rate: float = 5e-3                     # SGD learning rate of the base in the second stage
    warmup_steps: int = 200                     # linear, at the start of each stage
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip_norm: float = 10.0                     # gradients are clipped to this norm; 0 switches it off
    ema: float = 0.999                          # decay of the averaged weights; those are validated and exported
    seed: int = 0
    validate_every: int = 5                     # epochs
    precision: str = 'bf16-mixed'               # of Lightning's Trainer; bf16 halves the time on a CPU that has it


@dataclasses.dataclass(frozen=True)
class Export:
    """What goes into model.json beside the network."""

    score_threshold: float = 0.5
    nms_threshold: float = 0.45
    max_faces: int = 200
    score_calibration: float = 1.0              # the odds of every score are divided by it: more, fewer false positives
    top_k: int = 200                            # rows the graph returns
    smallest_face: int = 8                      # input pixels, as said in the model card
    largest_face: int = 240                     # input pixels


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that decides how a model is made."""

    data: Data
    model: Model
    augment: Augment = Augment()
    loss: Loss = Loss()
    schedule: Schedule = Schedule()
    export: Export = Export()

    def __post_init__(self):
        """Check what a single field cannot know."""
        if len(self.loss.class_weights) != len(self.data.labels) + 1:
            raise ConfigError(
                f'loss.class_weights needs {len(self.data.labels) + 1} numbers (background, then '
                f'{", ".join(self.data.labels)}), got {len(self.loss.class_weights)}')
        if not 0 <= self.schedule.head_epochs <= self.schedule.epochs:
            raise ConfigError(f'schedule.head_epochs must lie in 0..epochs ({self.schedule.epochs}), '
                              f'got {self.schedule.head_epochs}')
        if self.loss.assign == 'iou' and self.loss.ignore_iou > self.loss.match_iou:
            raise ConfigError(f'loss.ignore_iou ({self.loss.ignore_iou}) must not be above '
                              f'loss.match_iou ({self.loss.match_iou})')
        for key, choices in (('assign', ('iou', 'atss')), ('box_loss', ('smooth_l1', 'giou'))):
            if getattr(self.loss, key) not in choices:
                raise ConfigError(f'loss.{key} must be {" or ".join(choices)}, got {getattr(self.loss, key)!r}')
        for field in dataclasses.fields(Augment):
            value = getattr(self.augment, field.name)
            if field.name not in ('largest_zoom', 'aspect', 'rotate', 'largest_tilt') and not 0 <= value <= 1:
                raise ConfigError(f'augment.{field.name} is a probability 0..1, got {value}')


def _convert(value, kind, key):
    """Return `value` as `kind`, or say which key does not fit."""
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, key + '.')
    if isinstance(kind, types.UnionType):         # one value or a list of them
        one, many = typing.get_args(kind)
        return _convert(value, many if isinstance(value, (list, tuple)) else one, key)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f'{key}: expected a list, got {value!r}')
        item, *more = typing.get_args(kind)
        if more and more[0] is not Ellipsis and len(value) != len(more) + 1:
            raise ConfigError(f'{key}: expected {len(more) + 1} values, got {len(value)}')
        return tuple(_convert(v, item, f'{key}[{i}]') for i, v in enumerate(value))
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ConfigError(f'{key}: expected {kind.__name__}, got {value!r}')
    return value


def _record(kind, values, prefix=''):
    """Build the record `kind` from a mapping; unknown and missing keys are named."""
    if not isinstance(values, dict):
        raise ConfigError(f'{prefix or "the file"}: expected keys and values, got {values!r}')
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ConfigError(f'unknown key {prefix}{unknown[0]}; known: {", ".join(hints)}')
    for field in dataclasses.fields(kind):
        if field.name not in values and field.default is dataclasses.MISSING:
            raise ConfigError(f'{prefix}{field.name} is missing')
    return kind(**{k: _convert(v, hints[k], prefix + k) for k, v in values.items()})


def read_config(path, overrides=()):
    """Return the Config of a yaml file; `overrides` are strings such as schedule.epochs=3."""
    values = yaml.safe_load(pathlib.Path(path).read_text(encoding='utf-8'))
    for text in overrides:
        key, sign, value = text.partition('=')
        section, dot, name = key.partition('.')
        if not sign or not dot:
            raise ConfigError(f'an override looks like schedule.epochs=3, got {text!r}')
        values.setdefault(section, {})[name] = yaml.safe_load(value)
    return _record(Config, values)


def to_yaml(config):
    """Return the yaml text that reads back as the same Config."""
    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, (tuple, list)) else value
    return yaml.safe_dump(plain(dataclasses.asdict(config)), sort_keys=False)


def differing_keys(one, other):
    """Return the keys, such as schedule.epochs, in which two Configs differ."""
    return [f'{section.name}.{field.name}' for section in dataclasses.fields(Config)
            for field in dataclasses.fields(getattr(one, section.name))
            if getattr(getattr(one, section.name), field.name) != getattr(getattr(other, section.name), field.name)]
