# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Puts a detector or a finder of points together: the calls that nodes, commands and scripts of your own need.

Example::

    with open_detector('slim_320') as detector, open_landmarks() as finder:
        faces = detector.detect(image)              # (height, width, 3) uint8, BGR
        landmarks = finder.find(image, faces)       # eyes, nose and mouth of each face
"""

from typing import Optional

from face_perception.backends import Backend, BackendOptions, open_backend
from face_perception.backends.batches import open_batches
from face_perception.backends.choice import why
from face_perception.core import defaults
from face_perception.core.detector import Detector, Thresholds
from face_perception.core.landmarks import LandmarkFinder
from face_perception.core.preprocess import RESIZES
from face_perception.models.spec import DetectionSpec, LandmarkSpec, ModelSpec, SpecError, read_spec
from face_perception.models.store import find_model


def open_detector(model: str = defaults.MODEL, backend: str = defaults.BACKEND,
                  options: BackendOptions = BackendOptions(), score_threshold: Optional[float] = None,
                  nms_threshold: Optional[float] = None, max_faces: Optional[int] = None, resize: str = '',
                  tiles: int = 1) -> Detector:
    """Open a model by name or folder and return its Detector; close it when done.

    Args:
        model: name of an installed model, or its folder.
        backend: name of a backend or 'auto', see `face_perception.backends.open_backend`.
        options: of the backend.
        score_threshold: minimum score of a face; this and the next two default to the model's own.
        nms_threshold: see `face_perception.core.detector.Thresholds`.
        max_faces: see there.
        resize: 'stretch' or 'letterbox', how a picture is fitted to the input; '' is the model's own.
        tiles: see `face_perception.core.tiles.tiles_of`.

    Raises what `find_model`, `read_spec`, `open_backend` and `Detector` raise; their messages say what to do.
    """
    folder = find_model(model)
    spec = read_spec(folder)
    opened = open_backend(backend, folder, _detection(spec), options)
    try:
        return make_detector(spec, opened, override(
            _detection(spec).defaults, score_threshold, nms_threshold, max_faces), resize, tiles)
    except Exception:
        opened.close()
        raise


def make_detector(spec: ModelSpec, backend: Backend, thresholds: Optional[Thresholds] = None, resize: str = '',
                  tiles: int = 1) -> Detector:
    """Return the Detector of an open backend, which it closes in the end.

    Args:
        spec: of the model.
        backend: with the network of that model.
        thresholds: default: the model's own.
        resize, tiles: see `open_detector`.

    Raises:
        SpecError: the model does not detect.
        ValueError: a threshold, resize or tiles is out of range.
    """
    spec = _detection(spec)
    if resize not in ('',) + RESIZES:
        raise ValueError('resize must be {} or empty for that of the model, got {!r}'.format(
            ' or '.join(RESIZES), resize))
    given = spec.input._replace(resize=resize or spec.input.resize)
    about = {'backend': backend.info.words()}
    if backend.passed_over:
        about['backend_choice'] = why(backend.passed_over)
    return Detector(given, spec.labels, backend.run, thresholds or spec.defaults, backend.close, tiles,
                    backend.run_image, about)


def open_landmarks(model: str = defaults.LANDMARK_MODEL, backend: str = defaults.BACKEND,
                   options: BackendOptions = BackendOptions()) -> LandmarkFinder:
    """Open a landmark model by name or folder and return its LandmarkFinder; close it when done.

    All batches that the model has network files for are opened and measured, which takes some runs.

    Args:
        model: name of an installed model, or its folder.
        backend: name of a backend or 'auto', see `face_perception.backends.open_backend`.
        options: of the backend; its `batch` is chosen here.

    Raises:
        SpecError: the model finds no points; and what `open_detector` raises.
    """
    folder = find_model(model)
    spec = read_spec(folder)
    if not isinstance(spec, LandmarkSpec):
        raise SpecError("expected a model of the task 'landmarks', got {} of the task {!r}".format(
            spec.name, spec.task))
    batches = open_batches(backend, lambda name, asked: open_backend(name, folder, spec, asked), spec, options)
    batches.measure()
    return LandmarkFinder(spec.input, spec.points, spec.crop_margin, lambda tensor: batches.run(tensor)['points'],
                          batches.close, batches.largest, {'backend': batches.about})


def override(thresholds: Thresholds, score_threshold: Optional[float] = None,
             nms_threshold: Optional[float] = None, max_faces: Optional[int] = None) -> Thresholds:
    """Return the thresholds with those that are not None in place of the model's own."""
    score, nms, most = thresholds
    return Thresholds(score if score_threshold is None else score_threshold,
                      nms if nms_threshold is None else nms_threshold, most if max_faces is None else max_faces)


def _detection(spec: ModelSpec) -> DetectionSpec:
    if not isinstance(spec, DetectionSpec):
        raise SpecError("expected a model of the task 'detect', got {} of the task {!r}".format(
            spec.name, spec.task))
    return spec
