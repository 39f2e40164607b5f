# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Detectors of other projects behind the runtime's Detector: the same resizing, suppression and judgement as ours.

Decoding follows what their authors publish: ULFG and RetinaFace (Deng et al. 2020) are SSDs, YuNet (Wu et al. 2023) is
anchor-free, BlazeFace (Bazarevsky et al. 2019) moves anchors of one size.
"""
import pathlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from face_perception.backends.onnxruntime import import_library
from face_perception.core.detector import Thresholds
from face_perception.core.preprocess import InputSpec

from ..networks.slim import ULFG_LAYERS
from ..priors import PriorLayer, decode, make_priors
from .candidates import FACE, Candidate, make_candidate

ONE = (1.0, 1.0, 1.0)
TOP_K = 200                  # rows that count, as in our own graphs
THRESHOLDS = Thresholds(score_threshold=0.5, nms_threshold=0.45, max_faces=200)
RETINAFACE_LAYERS = tuple(PriorLayer(stride, sides, by_stride=True, clamp=False)
                          for stride, sides in ((8, (10.0, 20.0)), (16, (32.0, 64.0)), (32, (128.0, 256.0))))
YUNET_STRIDES = (8, 16, 32)
BLAZEFACE_GRIDS = ((16, 2), (8, 6))      # cells a side, anchors a cell

Outputs = dict[str, np.ndarray]


class Peer(NamedTuple):
    """One published file."""

    name: str
    path: str                                        # below the folder of peers
    input: InputSpec
    decode: Callable[[Outputs, InputSpec], Outputs]  # what the file gives -> {'boxes': (1, K, 4), 'scores': (1, K, 1)}
    pad_to: int = 1                                  # height and width are filled up with zeros to multiples of it


def decode_ssd(layers: tuple[PriorLayer, ...], regression: str) -> Callable[[Outputs, InputSpec], Outputs]:
    """Return the decoder of an SSD whose scores are softmaxed; regression: name of that output."""
    priors: dict[tuple[int, int], torch.Tensor] = {}

    def decoded(outputs: Outputs, spec: InputSpec) -> Outputs:
        size = spec.width, spec.height
        if size not in priors:
            priors[size] = make_priors(*size, layers)
        boxes = decode(torch.from_numpy(outputs[regression]), priors[size][None]).numpy()
        return {'boxes': boxes, 'scores': outputs['scores'][:, :, 1:]}
    return decoded


def decode_yunet(outputs: Outputs, spec: InputSpec) -> Outputs:
    """Return centre = (cell + shift) * stride, size = exp(.) * stride, score = sqrt(label * objectness)."""
    boxes, scores = [], []
    for stride in YUNET_STRIDES:
        columns = -(-spec.width // 32) * 32 // stride
        cells = np.arange(outputs[f'cls_{stride}'].shape[1])
        moved = outputs[f'bbox_{stride}'][0]
        centre = (np.stack([cells % columns, cells // columns], axis=1) + moved[:, :2]) * stride
        half = np.exp(moved[:, 2:]) * stride / 2
        boxes.append(np.hstack([centre - half, centre + half]))
        scores.append(np.sqrt(np.clip(outputs[f'cls_{stride}'], 0, 1) * np.clip(outputs[f'obj_{stride}'], 0, 1)))
    # In 0..1 of the picture, not of the padded input.
    size = np.array([spec.width, spec.height] * 2, np.float32)
    return {'boxes': (np.concatenate(boxes) / size).astype(np.float32)[None], 'scores': np.concatenate(scores, axis=1)}


def decode_blazeface(outputs: Outputs, spec: InputSpec) -> Outputs:
    """Return anchor + shift and size in input pixels, sigmoid of the score."""
    anchors = np.concatenate([np.repeat((np.stack(np.meshgrid(*[np.arange(side)] * 2), axis=-1).reshape(-1, 2) + 0.5) / side,
                                        count, axis=0) for side, count in BLAZEFACE_GRIDS])
    moved = outputs['regressors'][0, :, :4] / spec.width
    centre, half = anchors + moved[:, :2], moved[:, 2:] / 2
    scores = 1 / (1 + np.exp(-np.clip(outputs['classificators'], -80, 80)))
    return {'boxes': np.hstack([centre - half, centre + half]).astype(np.float32)[None], 'scores': scores}


def rgb(width: int, height: int, mean: float, scale: float, resize: str = 'stretch') -> InputSpec:
    """Return the InputSpec of a network with one mean and scale for all channels."""
    return InputSpec(width, height, 'rgb', (mean,) * 3, (scale,) * 3, resize, 0.0, 'input')


PEERS = (
    Peer('ULFG slim-320', 'ulfg/version-slim-320_simplified.onnx', rgb(320, 240, 127, 1 / 128),
         decode_ssd(ULFG_LAYERS, 'boxes')),
    Peer('ULFG RFB-320', 'ulfg/version-RFB-320_simplified.onnx', rgb(320, 240, 127, 1 / 128),
         decode_ssd(ULFG_LAYERS, 'boxes')),
    Peer('RetinaFace MobileNet 0.25', 'retinaface/retinaface-mnet0.25_320x240.onnx',
         InputSpec(320, 240, 'bgr', (104.0, 117.0, 123.0), ONE, 'stretch', 0.0, 'input'),
         decode_ssd(RETINAFACE_LAYERS, 'loc')),
    Peer('YuNet n', 'yunet/yunet_n_dynamic.onnx', InputSpec(320, 240, 'bgr', (0.0,) * 3, ONE, 'stretch', 0.0, 'input'),
         decode_yunet, pad_to=32),
    Peer('BlazeFace front', 'blazeface/blazeface_front_128.onnx', rgb(128, 128, 127.5, 1 / 127.5, 'letterbox'),
         decode_blazeface),
)


def open_peer(peer: Peer, folder: pathlib.Path) -> Candidate:
    """Return the Candidate of a published file, on one thread of ONNX Runtime as ours."""
    onnxruntime = import_library()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3      # what the published files lack is no news
    session: Any = onnxruntime.InferenceSession(str(folder / peer.path), options, providers=['CPUExecutionProvider'])
    names = [output.name for output in session.get_outputs()]

    def run(tensor: np.ndarray) -> Outputs:
        down, across = (-side % peer.pad_to for side in tensor.shape[2:])
        if down or across:
            tensor = np.pad(tensor, ((0, 0), (0, 0), (0, down), (0, across)))
        outputs = peer.decode(dict(zip(names, session.run(names, {peer.input.name: tensor}))), peer.input)
        best = np.argsort(-outputs['scores'][0, :, 0], kind='stable')[:TOP_K]
        return {name: array[:, best] for name, array in outputs.items()}
    return make_candidate(peer.name, 'peer', peer.input, (FACE,), run, THRESHOLDS)


def open_peers(folder: str | pathlib.Path) -> tuple[list[Candidate], list[str]]:
    """Return (the Candidates whose files are there, a sentence for each that is left out)."""
    folder = pathlib.Path(folder)
    there = [peer for peer in PEERS if (folder / peer.path).is_file()]
    return ([open_peer(peer, folder) for peer in there],
            [f'{peer.name} is left out: there is no {folder / peer.path}' for peer in PEERS if peer not in there])
