# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The experiments: who is trained on what, and what each finds. Each finished part is kept, so that a run goes on."""
import functools
import json
import logging
import pathlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from safetensors.torch import load_file, save_file

from face_perception.core.detections import Detections
from face_training.data.sample import Sample, read_image

from . import detectors
from .cascade import DEFAULTS, LABEL, Cascade
from .detectors import Candidate, cascade_candidate
from .export import export_cascade
from .frames import SHOWS, Frame, chosen_frames, judged_samples, training_frames
from .judge import detect_all, judge, picture_name, write_predictions
from .nets import ProposalNet, Stages, new_stages, published_stages
from .patches import Patches, cut_patches, joined
from .train import RECIPES, Recipe, mine, train_stage

_log = logging.getLogger(__name__)
PRE_TRAINED, P, P_HARD, P_R, P_R_O = 'pre-trained', 'P', 'P, hard negatives', 'P, R', 'P, R, O'
CASCADES = (PRE_TRAINED, P, P_HARD, P_R, P_R_O)
FRAME_COUNTS = (50, 200, 500)       # and all
MINED_FRAMES = 500
TIMED_FRAMES = 20


class Study:
    """The experiments in one folder."""

    def __init__(self, data: pathlib.Path, folder: pathlib.Path, seed: int = 0, epochs: float = 1.0) -> None:
        """Take ../shared/data, where results go, a seed, and by what the epochs of every recipe are multiplied."""
        self.data, self.folder, self.seed = data, folder, seed
        self.recipes = {name: Recipe(max(1, round(recipe.epochs * epochs)), recipe.rate) for name, recipe in RECIPES.items()}
        self._frames: list[Frame] = []
        self.samples: dict[str, list[Sample]] = {}

    def frames(self) -> list[Frame]:
        """Return all frames to train on, read once."""
        if not self._frames:
            self._frames = training_frames(self.data)
        return self._frames

    def run(self) -> dict[str, Any]:
        """Do what is not done yet; return all figures, which results.json has too."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.samples = {show: judged_samples(self.data, show) for show in SHOWS}
        stages = self.train_cascades()
        results: dict[str, Any] = {'frames': {}, 'shows': {}, 'defaults': {}}
        for count in FRAME_COUNTS:
            tuned = stages[PRE_TRAINED]._replace(p=self.proposal_net(count)[0])
            results['frames'][count] = self.judged(f'{P}, {count} frames', functools.partial(cascade_candidate, '', tuned),
                                                   'dexter')
        candidates = [cascade_candidate(name, stages[name]) for name in CASCADES]
        candidates += [detectors.our_candidate(name) for name in detectors.OURS]
        opened: list[Candidate] = []
        try:
            for show in SHOWS:
                for candidate in candidates:
                    results['shows'].setdefault(show, {})[candidate.name] = self.judged(
                        candidate.name, always(candidate), show)
            for name in CASCADES:
                results['defaults'][name] = self.judged(
                    f'{name}, defaults', functools.partial(cascade_candidate, name, stages[name], DEFAULTS), 'dexter')
            results['exported'] = self.judged(f'{P_R_O}, exported', lambda: self.exported(stages[P_R_O], opened),
                                              'dexter')
            results['frames'][len(self.frames())] = results['shows']['dexter'][P]
            results['training_s'] = {name: json.loads(self.file(name, 'training.json').read_text()) for name in CASCADES[1:]}
            results['ms'] = self.kept('speed.json', lambda: speed(candidates, self.samples['dexter'][::10][:TIMED_FRAMES]))
        finally:
            detectors.close_all([*candidates, *opened])
        (self.folder / 'results.json').write_text(json.dumps(results, indent=1), encoding='utf-8')
        return results

    def exported(self, stages: Stages, opened: list[Candidate]) -> Candidate:
        """Write a cascade as the model folder mtcnn and return it as the robot's own Detector; add that to `opened`."""
        opened.append(detectors.our_candidate(str(export_cascade(stages, self.folder / 'mtcnn'))))
        return opened[-1]

    def train_cascades(self) -> dict[str, Stages]:
        """Return the cascades by name; P alone as the fifth work trained it, the others beyond it."""
        published = published_stages()
        made = {PRE_TRAINED: published}
        p, random_windows = self.proposal_net(None)
        made[P] = published._replace(p=p)
        frames = chosen_frames(self.frames(), MINED_FRAMES, self.seed)
        made[P_HARD] = made[P]._replace(p=self.stage(P_HARD, 'p', made[P], lambda: joined(
            [random_windows(), mine(Cascade(made[P]), frames, 'p', 10, self.seed)], 12)))
        for name, stage, before in ((P_R, 'r', P_HARD), (P_R_O, 'o', P_R)):
            def windows(stage: str = stage, stages: Stages = made[before]) -> Patches:
                side = getattr(stages, stage).side
                hard = mine(Cascade(stages), frames, stage, 30, self.seed)
                return joined([cut_patches(frames, side, self.seed), hard], side)
            made[name] = made[before]._replace(**{stage: self.stage(name, stage, made[before], windows)})
        return made

    def proposal_net(self, count: int | None) -> tuple[ProposalNet, Callable[[], Patches]]:
        """Return P-Net trained on random windows of so many frames, None for all, and those windows."""
        def windows() -> Patches:
            frames = self.frames()
            return cut_patches(chosen_frames(frames, count or len(frames), self.seed), 12, self.seed)
        # The same number of steps for each choice of frames: what differs is what they show.
        return self.stage(P if count is None else f'{P}, {count} frames', 'p', published_stages(), windows,
                          times=1.0 if count is None else len(self.frames()) / count), windows

    def stage(self, name: str, stage: str, begin: Stages, windows: Callable[[], Patches], times: float = 1.0) -> Any:
        """Return a trained stage, out of the folder where it is there. `times`: of the epochs of its recipe."""
        file = self.file(name, 'safetensors')
        net = getattr(new_stages(), stage)
        if not file.exists():
            start = time.perf_counter()
            patches, recipe = windows(), self.recipes[stage]
            cut_s = time.perf_counter() - start
            recipe = Recipe(max(1, round(recipe.epochs * times)), recipe.rate)
            net, losses = train_stage(getattr(begin, stage), patches, recipe, self.seed)
            spent = {'windows': len(patches), 'windows_s': cut_s, 'training_s': time.perf_counter() - start - cut_s,
                     'losses': losses}
            self.file(name, 'training.json').write_text(json.dumps(spent), encoding='utf-8')
            save_file(net.state_dict(), file)       # last: what is there is whole
            _log.info('%s: %d windows, %.0f s, loss %.3f', name, len(patches), time.perf_counter() - start, losses[-1])
        net.load_state_dict(load_file(file))
        return net.eval()

    def judged(self, name: str, candidate: Callable[[], Candidate], show: str) -> dict[str, Any]:
        """Return the figures of a detector on a show; its predictions are written beside."""
        def work() -> dict[str, Any]:
            found, seconds = detect_all(candidate().detect, self.samples[show])
            write_predictions(self.file(f'{name} {show}', 'predictions'), self.samples[show], found)
            figures = dict(judge(self.samples[show], found), seconds=seconds)
            _log.info('%s on %s: AP %.3f, %.0f s', name, show, figures['ap'], seconds)
            return figures
        return self.kept(f'{slug(name)}_{show}_figures.json', work)

    def kept(self, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what work returns; it is done once."""
        file = self.folder / name
        if not file.exists():
            file.write_text(json.dumps(work()), encoding='utf-8')
        result: dict[str, Any] = json.loads(file.read_text(encoding='utf-8'))
        return result

    def file(self, name: str, ending: str) -> pathlib.Path:
        """Return the path of a file of an experiment."""
        return self.folder / f'{slug(name)}.{ending}'


def always(candidate: Candidate) -> Callable[[], Candidate]:
    """Return what gives a detector that is there already."""
    return lambda: candidate


def slug(name: str) -> str:
    """Return a name for a file."""
    return name.lower().replace(',', '').replace(' ', '_').replace('-', '_')


def speed(candidates: Sequence[Candidate], samples: Sequence[Sample], rounds: int = 3) -> dict[str, float]:
    """Return the median time of a picture of each, ms; they take turns, so that a busy moment hits all."""
    images = [read_image(sample) for sample in samples]
    taken: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for candidate in candidates:
        candidate.detect(images[0])
    for _ in range(rounds):
        for image in images:
            for candidate in candidates:
                start = time.perf_counter()
                candidate.detect(image)
                taken[candidate.name].append(1e3 * (time.perf_counter() - start))
    return {name: float(np.median(times)) for name, times in taken.items()}


def found_by(study: Study, name: str, show: str) -> dict[str, Detections]:
    """Return the kept predictions of a detector on a show, by picture."""
    rows = np.load(study.file(f'{name} {show}', 'npy'))
    found = {}
    for sample in study.samples[show]:
        own = rows[rows['path'] == picture_name(sample)]
        found[picture_name(sample)] = Detections(own['box'], own['confidence'], np.full(len(own), LABEL))
    return found
