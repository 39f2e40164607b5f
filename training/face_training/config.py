# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Read a training yaml into checked records; every field has one sentence of meaning."""
import collections
import pathlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field
from pydantic.dataclasses import dataclass

from .records import RULES, ConfigError, Share, checker, differing_keys, parse_record, read_values, to_yaml

__all__ = ['Augment', 'Config', 'ConfigError', 'Data', 'Distill', 'Export', 'Loss', 'Model', 'Schedule', 'Source',
           'Stage', 'differing_keys', 'parse_config', 'read_config', 'stage_config', 'to_yaml']


@dataclass(frozen=True, config=RULES)
class Source:
    """One data set, where more is to be said of it than its path."""

    path: str                                   # file or folder
    format: Literal['auto', 'coco', 'voc', 'yolo', 'wider', 'icartoonface', 'lists'] = 'auto'      # see data/readers/
    subset: str = ''                            # of a folder with several, such as train; '': all of it
    rename: dict[str, str] = Field(default_factory=dict)     # its labels -> those of the model; '': faces to ignore
    weight: Annotated[float, Field(gt=0)] = 1.0 # how often an epoch shows its pictures; 0.5: every second epoch


@dataclass(frozen=True, config=RULES)
class Data:
    """Which pictures."""

    train: str | Source | tuple[str | Source, ...]      # data set with the training pictures, or several of them
    val: str | Source                           # data set with the validation pictures
    labels: tuple[str, ...] = ('human', 'cartoon')    # category names in output order; background is not a label
    exclude: tuple[str, ...] = ()               # sources left out of training (leave-one-show-out)
    repeat: tuple[str, ...] = ()                # sources whose pictures are shown once more per mention
    smallest_face: float = 6.0                  # sqrt(width * height) in input pixels; smaller faces become ignore regions
    workers: int = 2                            # loader processes; 0 loads in the main process
    cache: bool = False                         # keep decoded pictures in memory, about 0.3 MB each


@dataclass(frozen=True, config=RULES)
class Augment:
    """What is done to a training picture; probabilities are 0..1."""

    flip: Share = 0.5                           # mirrored left to right
    mosaic: Share = 0.3                         # four pictures in one
    crop: Share = 0.5                           # zoomed in around a random place, else zoomed out or as it is
    zoom_out: Share = 0.3                       # shrunk onto a plain ground
    largest_zoom: float = 2.5                   # how far crop zooms in, and zoom_out out
    aspect: float = 0.2                         # width : height is scaled by up to 1 + aspect, either way
    rotate: float = 8.0                         # degrees, either way
    tilt: Share = 0.0                           # turned by up to largest_tilt instead
    largest_tilt: float = 45.0                  # degrees, either way
    grey: Share = 0.15                          # colour taken away
    colour: Share = 0.8                         # brightness, contrast, hue and saturation moved
    blur: Share = 0.15                          # Gaussian or motion blur, or shrunk and enlarged again
    noise: Share = 0.15                         # Gaussian noise
    jpeg: Share = 0.2                           # compressed again


@dataclass(frozen=True, config=RULES)
class Model:
    """Which network, and where its first weights come from."""

    name: str                                   # folder name under models/, e.g. slim_320
    network: str                                # key of face_training.networks.NETWORKS
    width: int                                  # network input, pixels
    height: int                                 # network input, pixels
    pretrained: str = ''                        # safetensors of the two-class net or of a run; empty: from nothing
    mean: tuple[float, float, float] = (127.0, 127.0, 127.0)    # subtracted from RGB pixels
    scale: tuple[float, float, float] = (1 / 128, 1 / 128, 1 / 128)    # then multiplied


@dataclass(frozen=True, config=RULES)
class Loss:
    """MultiBox loss (Liu et al. 2016, section 2.2) and matching."""

    # Which priors learn a face: those of a fixed overlap (SSD), of an adaptive one, those that the network gets right
    # at the least cost (YOLOX), or of a fixed overlap and then the best ones for faces that had too few (S3FD).
    assign: Literal['iou', 'atss', 'simota', 's3fd'] = 'iou'
    candidates: int = 9                         # atss: nearest priors of each layer that may learn a face; simota: highest
                                                # IoUs of a face, whose sum is the number of its priors (YOLOX: 10)
    centre_radius: float = 2.5                  # simota: strides around the centre of a face in which its priors lie
    iou_cost: float = 3.0                       # simota: weight of the box against the label
    match_iou: float = 0.35                     # iou, s3fd: a prior takes its best face from this overlap on
    second_iou: float = 0.1                     # s3fd: faces that had too few priors take their best ones above this
    second_best: int = 0                        # s3fd: up to so many; 0: as many as the faces of the picture have on average
    ignore_iou: float = 0.35                    # a prior above this overlap that learns no face counts as neither
    box_loss: Literal['smooth_l1', 'giou', 'eiou'] = 'smooth_l1'       # on the encoded box, or on the box itself
    label_loss: Literal['hard_negatives', 'focal'] = 'hard_negatives'  # some of the background, or all of it by focal loss
    focal_alpha: Share = 0.25                   # focal: weight of faces; that of the background is the rest of 1
    focal_gamma: float = 2.0                    # focal: how little easy priors weigh
    negatives: float = 3.0                      # hardest background priors kept for each matched prior
    min_negatives: int = 8                      # and at least so many in every picture, face-free ones included
    label_norm: Literal['matched', 'used'] = 'matched'     # the label term is divided by the number of priors with a face
                                                # (SSD), or of all that count (S3FD)
    label_weight: float = 1.0                   # of the label term
    class_weights: tuple[float, ...] = (1.0, 1.0, 1.0)    # background, then the labels in order
    box_weight: float = 1.0                     # of the box term


@dataclass(frozen=True, config=RULES)
class Schedule:
    """Two phases: heads alone, then everything with the base at a lower rate.

    In the second phase the first stages of the backbone may be frozen from some epoch on: at full resolution they
    cost most of the time, and their few weights settle early.
    """

    epochs: int = 12                            # of both phases together
    head_epochs: int = 1                        # epochs of the first phase
    frozen_stages: int = 0                      # stages of the backbone that are frozen from freeze_epoch on
    freeze_epoch: int = 0
    batch: int = 32                             # pictures a step
    optimiser: Literal['sgd', 'adamw'] = 'sgd'  # AdamW (Loshchilov and Hutter 2019) learns more in few steps
    head_rate: float = 1e-2                     # learning rate of the heads
    base_rate: float = 5e-3                     # learning rate of the base in the second phase
    extra_rate: float | None = None             # that of the layers between base and heads; null: base_rate
    decay: Literal['cosine', 'multistep'] = 'cosine'       # how the rates fall in the second phase: to 0, or by steps
    milestones: tuple[Share, ...] = (0.5, 0.75)            # multistep: shares of the second phase at which they fall
    factor: Share = 0.1                         # multistep: to so much of what they were
    warmup_steps: int = 200                     # linear, at the start of each phase
    momentum: float = 0.9                       # of SGD
    weight_decay: float = 5e-4
    clip_norm: float = 10.0                     # gradients are clipped to this norm; 0 switches it off
    ema: float = 0.999                          # decay of the averaged weights; those are validated and exported
    seed: int = 0
    validate_every: int = 5                     # epochs
    precision: Literal['bf16-mixed', '16-mixed', '32-true'] = 'bf16-mixed'      # bf16 halves the time on a CPU that has it


@dataclass(frozen=True, config=RULES)
class Distill:
    """A trained network that is learnt from beside the faces, see distill.py; without weights there is none."""

    weights: str = ''                           # safetensors of the teacher: same labels, mean, scale and input size
    network: str = ''                           # key of face_training.networks.NETWORKS, with the priors of model.network
    weight: float = 1.0                         # of its labels
    box_weight: float = 1.0                     # of its boxes
    temperature: Annotated[float, Field(gt=0)] = 2.0       # its scores are softened by it
    only_background: bool = False               # it teaches what is no face alone, and its labels may be others


@dataclass(frozen=True, config=RULES)
class Export:
    """What goes into model.json beside the network."""

    score_threshold: float = 0.5
    nms_threshold: float = 0.45
    max_faces: int = 200
    score_calibration: float = 1.0              # the odds of every score are divided by it: more, fewer false positives
    top_k: int = 200                            # rows the graph returns
    smallest_face: int = 8                      # input pixels, as said in the model card
    largest_face: int = 240                     # input pixels
    pyramid: bool = False                       # slim and rfb: look for the larger faces in the image at half size
    average_stages: bool = False                # the mean of the weights that all stages end with, not the last alone


Part = dict[str, Any]                           # some keys of a section


@dataclass(frozen=True, config=RULES)
class Stage:
    """One of several trainings in a row: what it says comes before the rest of the yaml."""

    name: Annotated[str, Field(pattern='^[a-z0-9_]+$')]      # its folder in the run folder
    model: Part = Field(default_factory=dict)                # width and height alone: smaller views train faster
    data: Part = Field(default_factory=dict)
    augment: Part = Field(default_factory=dict)
    loss: Part = Field(default_factory=dict)
    schedule: Part = Field(default_factory=dict)
    distill: Part = Field(default_factory=dict)


@dataclass(frozen=True, config=RULES)
class Config:
    """Everything that decides how a model is made."""

    data: Data
    model: Model
    augment: Augment = Augment()
    loss: Loss = Loss()
    schedule: Schedule = Schedule()
    distill: Distill = Distill()
    export: Export = Export()
    stages: tuple[Stage, ...] = ()              # each begins with the averaged weights of the one before

    def __post_init__(self) -> None:
        """Check what a single field cannot know."""
        if len(self.loss.class_weights) != len(self.data.labels) + 1:
            raise ConfigError(
                f'loss.class_weights needs {len(self.data.labels) + 1} numbers (background, then '
                f'{", ".join(self.data.labels)}), got {len(self.loss.class_weights)}')
        if not 0 <= self.schedule.head_epochs <= self.schedule.epochs:
            raise ConfigError(f'schedule.head_epochs must lie in 0..epochs ({self.schedule.epochs}), '
                              f'got {self.schedule.head_epochs}')
        if self.loss.assign in ('iou', 's3fd') and self.loss.ignore_iou > self.loss.match_iou:
            raise ConfigError(f'loss.ignore_iou ({self.loss.ignore_iou}) must not be above '
                              f'loss.match_iou ({self.loss.match_iou})')
        if bool(self.distill.weights) != bool(self.distill.network):
            raise ConfigError('distill needs both weights and network, or neither')
        if self.export.pyramid and self.model.network not in ('slim', 'rfb'):
            raise ConfigError(f'export.pyramid is for slim and rfb, got model.network {self.model.network}')
        if self.export.pyramid and (self.model.width % 2 or self.model.height % 2):
            raise ConfigError('export.pyramid halves model.width and model.height: expected even numbers, got '
                              f'{self.model.width} and {self.model.height}')
        for name, count in collections.Counter(stage.name for stage in self.stages).items():
            if count > 1:
                raise ConfigError(f'stages: two of them are called {name}')
        for stage in self.stages:
            stage_config(self, stage)


def parse_config(values: object) -> Config:
    """Return the Config of parsed yaml; raises ConfigError, which names the key, what was expected and what came."""
    config: Config = parse_record(Config, values, {'stages': Stage, 'Source': Source})
    return config


def read_config(path: str | pathlib.Path, overrides: Sequence[str] = ()) -> Config:
    """Return the Config of a yaml file.

    Args:
        path: of the yaml.
        overrides: strings such as schedule.epochs=3, which holds where no stage says otherwise,
            stages.NAME.schedule.epochs=3, or stages=[].
    """
    values = read_values(path)
    for text in overrides:
        key, sign, value = text.partition('=')
        *parents, name = key.split('.')
        place = values
        if parents[:1] == ['stages'] and len(parents) == 3:
            stages = {stage.get('name'): stage for stage in values.get('stages', [])}
            if parents[1] not in stages:
                raise ConfigError(f'{path} has no stage {parents[1]}, for which {text!r} is; its stages: '
                                  f'{", ".join(stages)}')
            place = stages[parents.pop(1)]
            parents.pop(0)
        if not sign or len(parents) != (key != 'stages'):
            raise ConfigError(f'an override looks like schedule.epochs=3, got {text!r}')
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = yaml.safe_load(value)
    return parse_config(values)


def stage_config(config: Config, stage: Stage, pretrained: str = '') -> Config:
    """Return the Config of one stage.

    Args:
        config: of all.
        stage: one of them.
        pretrained: weights that it begins with instead of those of the config.

    Raises:
        ConfigError: the stage has a key that does not fit.
    """
    values = checker(Config).dump_python(config, mode='json') | {'stages': []}
    foreign = sorted(stage.model.keys() - {'width', 'height'})
    if foreign:
        raise ConfigError(f'stage {stage.name}: model.{foreign[0]} is that of all stages; a stage may set width and height')
    for section in ('model', 'data', 'augment', 'loss', 'schedule', 'distill'):
        values[section] |= getattr(stage, section)
    if pretrained:
        values['model']['pretrained'] = pretrained
    try:
        return parse_config(values)
    except ConfigError as error:
        raise ConfigError(f'stage {stage.name}: {error}') from None
