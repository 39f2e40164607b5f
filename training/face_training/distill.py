# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Learning from a larger network beside the faces (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network").

The teacher looks at the very pictures of the step.  Its outputs cannot be kept for later epochs: each picture is cropped,
turned, mixed with others and coloured anew every time, and an output belongs to one such view.  For the same reason they
cannot be computed once for every picture and moved with it, as boxes can.
"""
import torch
from torch import Tensor
from torch.nn import functional

from .config import Config, ConfigError, Distill
from .matching import BACKGROUND
from .networks import DetectionNetwork, build
from .networks.base import count_labels, read_weights


def load_teacher(config: Config, student: DetectionNetwork) -> DetectionNetwork | None:
    """Return the teacher of a config in evaluation mode, or None where there is none.

    Raises:
        ConfigError: its priors are not those of the student, or its labels, where it teaches them.
    """
    settings = config.distill
    if not settings.weights:
        return None
    wanted = len(config.data.labels)
    labels = count_labels(build(settings.network, wanted, settings.weights), read_weights(settings.weights))
    if labels != wanted and not settings.only_background:
        raise ConfigError(f'distill.weights: {settings.weights} knows another number of labels ({labels}) than data.labels '
                          f'({wanted}); with distill.only_background any will do')
    teacher = build(settings.network, labels, settings.weights)
    if teacher.layers != student.layers:
        raise ConfigError(f'distill.network: {settings.network} has other priors than {config.model.network}, and a teacher '
                          'must have the same: slim and rfb may teach each other')
    return teacher.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def distillation_loss(student: tuple[Tensor, Tensor], teacher: tuple[Tensor, Tensor], classes: Tensor, used: Tensor,
                      settings: Distill) -> Tensor:
    """Return the sum over the priors that count: divergence of the labels, and smooth L1 of the boxes where there is a face.

    With only_background that is the divergence of face and background where both the labels and the teacher see none.

    The divergence is that of both softmaxes at the temperature, times its square (section 2), which keeps the size of
    the gradients.  It is 0 where both say the same.

    student, teacher: (logits (B, P, classes), regression (B, P, 4)); classes: (B, P) as `match` gives them; used: (B, P)
    as `counting_priors`.
    """
    (logits, regression), (taught, taught_regression) = student, teacher
    positive = classes > BACKGROUND
    if settings.only_background:
        logits, taught = face_or_none(logits), face_or_none(taught)
        used = used & ~positive & (taught[..., 0] > taught[..., 1])
        positive = torch.zeros_like(positive)
    heat = settings.temperature
    divergence = functional.kl_div(functional.log_softmax(logits[used] / heat, dim=-1),
                                   functional.log_softmax(taught[used] / heat, dim=-1), reduction='sum', log_target=True)
    distance = functional.smooth_l1_loss(regression[positive], taught_regression[positive], reduction='sum')
    return settings.weight * heat ** 2 * divergence + settings.box_weight * distance


def face_or_none(logits: Tensor) -> Tensor:
    """Return logits (..., 2) of background and any label, of those of background and each (..., classes)."""
    return torch.stack([logits[..., 0], logits[..., 1:].logsumexp(dim=-1)], dim=-1)
