# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Several landmark networks on the same faces: table, curves, and a page with the best and the worst faces of each."""
import contextlib
import json
import pathlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from face_perception.api import open_landmarks
from face_perception.core.detections import Detections
from face_perception.core.landmarks import LandmarkFinder
from face_perception.models.store import find_model

from ..compare.gallery import Shown, data_uri, write_page
from ..compare.tables import Table, number
from ..cost import cost
from .config import read_landmark_config
from .crops import read_picture
from .curves import draw_cumulative, draw_losses
from .evaluate import Judged, detected_boxes, evaluate_landmarks, four_errors, judge, judged_faces
from .export import export_landmarks
from .faces import Face
from .networks import build
from .train import load_landmark_run

SIDE = 200                   # of a thumbnail, pixels
CONFIGS = pathlib.Path(__file__).parents[2] / 'configs' / 'landmarks'


def compare(models: Sequence[str], data: str, out: str, detector: str = '', rounds: int = 5, worst: int = 16,
            command: str = '') -> str:
    """Write comparison.json, curves and gallery.html into a folder; return the table as Markdown.

    Run folders are exported first, so that all of them run as they would on a robot.

    Args:
        models: model folders, names or run folders.
        data: labelled points.
        out: the folder.
        detector: a model whose boxes the faces are cut out by as well; '' for none.
        rounds: of the latency; 0 leaves it out.
        worst: faces of each network on the page, and as many of the best.
        command: said on the page.
    """
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    faces = judged_faces(data)
    boxes = detected_boxes(detector, faces) if detector else None
    results, errors, shown = [], {}, {}
    for model in models:
        name = pathlib.Path(model).name
        with as_robot(model, faces, folder) as finder:
            judged = judge(finder, faces)
            values = evaluate_landmarks(finder, faces, boxes, judged)
            latency = {count: latency_ms(finder, count, rounds) for count in (1, 6)} if rounds else {}
        results.append({'name': name, **costs(model), 'figures': values, 'latency_ms': latency})
        errors[name] = four_errors(judged)
        shown[f'{name}: the worst faces'] = gallery(judged, worst, best=False)
        shown[f'{name}: the best faces'] = gallery(judged, worst, best=True)
    curves = [folder / 'cumulative_error.png']
    draw_cumulative(errors, curves[0])
    runs = {path.name: path for path in map(pathlib.Path, models) if (path / 'metrics.csv').exists()}
    if draw_losses(runs, folder / 'losses.png'):
        curves.append(folder / 'losses.png')
    table = result_table(results, bool(detector))
    write_page(folder / 'gallery.html', 'Landmark networks compared',
               'White: labelled points; coloured: found ones, green within a tenth of the eye distance, red beyond it.',
               command, [table], curves, shown)
    content = [{**result, 'figures': {name: value for name, value in result['figures'].items() if value == value}}
               for result in results]
    (folder / 'comparison.json').write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
    return table.markdown()


@contextlib.contextmanager
def as_robot(model: str, faces: Sequence[Face], folder: pathlib.Path) -> Iterator[LandmarkFinder]:
    """Open a model; a run folder is exported into `folder` for as long."""
    if not (pathlib.Path(model) / 'config.yaml').exists():
        with open_landmarks(model, 'onnxruntime') as finder:
            yield finder
        return
    net, config = load_landmark_run(model)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        export_landmarks(net, config, pathlib.Path(scratch) / 'model', faces)
        with open_landmarks(str(pathlib.Path(scratch) / 'model'), 'onnxruntime') as finder:
            yield finder


def costs(model: str) -> dict[str, Any]:
    """Return parameters and multiply-adds in millions, and the input, of a run folder or a model that a yaml here makes."""
    path = pathlib.Path(model)
    if (path / 'config.yaml').exists():
        net, config = load_landmark_run(path)
    else:
        config = read_landmark_config(CONFIGS / f'{pathlib.Path(find_model(model)).name}.yaml')
        net = build(config.model.network, len(config.data.points), config.model.width, config.model.height)
    found = cost(net, config.model.width, config.model.height)
    return {'parameters': found.parameters, 'multiply_adds': found.multiply_adds,
            'input': f'{config.model.width}x{config.model.height}', 'points': len(config.data.points)}


def latency_ms(finder: LandmarkFinder, faces: int, rounds: int) -> float:
    """Return the median time in ms to find the points of so many faces in a 640x480 picture, crops and all."""
    image = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    places = [(40 + 200 * (row % 3), 60 + 200 * (row // 3)) for row in range(faces)]
    boxes = [[left, top, left + 110, top + 140] for left, top in places]
    detections = Detections(boxes, np.ones(faces), [''] * faces)
    seconds = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        finder.find(image, detections)
        seconds.append(time.perf_counter() - start)
    return 1e3 * float(np.median(seconds[1:]))


def result_table(results: Sequence[dict[str, Any]], detected: bool) -> Table:
    """Return cost and figures of the networks."""
    head = ['Network', 'Input', 'Points', 'Parameters, M', 'Multiply-adds, M', 'NME', 'Failure', 'NME frontal',
            'Failure frontal', 'NME of four points', *(['NME on detected boxes', 'Growth'] if detected else []),
            'ms, one face', 'ms, six faces']
    rows = []
    for result in results:
        values, latency = result['figures'], result['latency_ms']
        rows.append([result['name'], result['input'], str(result['points']), format(result['parameters'], '.3f'),
                     format(result['multiply_adds'], '.1f'), number(values['nme'], '.4f'), number(values['failure']),
                     number(values.get('nme/pose/frontal'), '.4f'), number(values.get('failure/pose/frontal')),
                     number(values['nme4'], '.4f'),
                     *([number(values['detected/nme'], '.4f'), number(values['detected/growth'])] if detected else []),
                     *(number(latency.get(count), '.2f') for count in (1, 6))])
    return Table('Landmark networks', head, rows)


def gallery(judged: Judged, most: int, best: bool) -> list[Shown]:
    """Return the faces with the smallest or the largest NME."""
    each = np.nanmean(judged.errors, axis=1)
    order = np.argsort(each if best else -each)[:most]
    return [Shown(thumbnail(judged, int(row)), f'{judged.faces[row].path.name}: {each[row]:.3f}') for row in order]


def thumbnail(judged: Judged, row: int) -> str:
    """Return a data URI of a face with its labelled points (white) and those found (green or red)."""
    face = judged.faces[row]
    left, top, right, bottom = face.box
    margin = 0.4 * max(right - left, bottom - top)
    picture = read_picture(face)
    corner = np.maximum([left - margin, top - margin], 0).astype(int)
    part = picture[corner[1]:int(bottom + margin), corner[0]:int(right + margin)]
    factor = SIDE / max(part.shape[:2])
    part = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    for point in (face.points[face.labelled][:5] - corner) * factor:
        cv2.circle(part, (round(point[0]), round(point[1])), 4, (255, 255, 255), 1)
    for point, error in zip((judged.points[row] - corner) * factor, judged.errors[row]):
        colour = (60, 220, 60) if error < 0.1 else (60, 60, 255)
        cv2.circle(part, (round(point[0]), round(point[1])), 2, colour, -1)
    return data_uri(cv2.imencode('.jpg', part, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes(), 'jpeg')
