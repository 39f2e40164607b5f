# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training compare`: judge, time, and write tables, curves and gallery."""
import json
import math
import pathlib
import sys
from collections.abc import Sequence
from typing import Any

import torch

from ..data.load import read_samples
from ..data.structure import DataError
from .candidates import FACE, Candidate, open_ours, open_pretrained
from .curves import draw_all
from .gallery import worst_pictures, write_gallery
from .judge import judge, latencies
from .peers import open_peers
from .tables import accuracy_table, blind_table, people_table


def compare(models: Sequence[str], data: str, folder: str | pathlib.Path, pretrained: Sequence[str] = (),
            peers: str | None = None, rounds: int = 5, worst: int = 24, command: str = '') -> str:
    """Compare detectors; write comparison.json, curves and gallery.html into `folder`; return the tables.

    Args:
        models: model folders, names or run folders; the first one's labels are those of the data.
        data: COCO json.
        folder: made where needed.
        pretrained: see `open_pretrained`.
        peers: folder of the files of PEERS, or None.
        rounds: of the latency; 0 leaves it out.
        worst: pictures of each model in the gallery.
        command: what made it, for the page.

    Raises:
        ValueError: two detectors of one name, or models of different labels.
    """
    # Several threads that wait for one another on a busy machine take a hundred times longer than one.
    torch.set_num_threads(1)
    folder = pathlib.Path(folder)
    candidates = [open_ours(model) for model in models] + [open_pretrained(text) for text in pretrained]
    if peers:
        others, left_out = open_peers(peers)
        candidates += others
        for sentence in left_out:
            print(sentence, file=sys.stderr)
    try:
        labels = candidates[0].detector.labels
        check_candidates(candidates, labels)
        samples = read_samples(data, labels)
        if not samples:
            raise DataError(f'{data} lists no pictures')
        folder.mkdir(parents=True, exist_ok=True)
        results: list[dict[str, Any]] = []
        pictures = {}
        for candidate in candidates:
            result, found = judge(candidate, samples, labels)
            results.append(result)
            if candidate.kind == 'ours':
                pictures[candidate.name] = worst_pictures(samples, found, labels, worst)
        speeds = latencies(candidates, samples, rounds)
    finally:
        for candidate in candidates:
            candidate.close()
    for result in results:
        result.update(speeds.get(result['name'], {}))
    tables = [accuracy_table(results, labels), blind_table(results, labels)]
    if pretrained:
        tables.append(people_table(results, labels))
    write_gallery(folder / 'gallery.html', command, tables, draw_all(results, labels, folder), pictures)
    (folder / 'comparison.json').write_text(json.dumps(without_nan(results), indent=1) + '\n', encoding='utf-8')
    return '\n\n'.join(table.markdown() for table in tables)


def check_candidates(candidates: Sequence[Candidate], labels: tuple[str, ...]) -> None:
    """Raise ValueError where a comparison would mean nothing."""
    names = [candidate.name for candidate in candidates]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'two detectors are called {name}: rename one of the folders')
    for candidate in candidates:
        if candidate.detector.labels not in (labels, (FACE,)):
            raise ValueError(f'{candidate.name} has the labels {", ".join(candidate.detector.labels)}, '
                             f'{names[0]} has {", ".join(labels)}: compare models of the same labels')


def without_nan(value: Any) -> Any:
    """Return JSON values with None in place of NaN, which JSON lacks."""
    if isinstance(value, dict):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
