# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception detect: faces in images, folders and videos."""

import argparse
import sys
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from face_perception.api import open_detector, open_landmarks
from face_perception.cli import options
from face_perception.cli.outputs import JsonList, Saver, entry, say, words_of
from face_perception.cli.progress import Progress
from face_perception.cli.stop import StopOnSignal
from face_perception.core import defaults
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_faces
from face_perception.core.frame import Frame
from face_perception.core.landmarks import Landmarks
from face_perception.media.find import Source, count_images, find_sources
from face_perception.media.formats import MediaError
from face_perception.media.images import read_images
from face_perception.media.video import VideoReader, VideoWriter
from face_perception.parameter_tables import EVERY_LABEL
from face_perception.pipeline.pipeline import FacePipeline, FaceResult

HELP = 'find faces in images, folders and videos'
_LIMITED = ('more candidates than the model hands out: faces may be missing; try --tiles 2 or 4, or a higher '
            '--score-threshold')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.epilog = ('Pictures are turned upright as their EXIF data says; sizes and boxes are those of the '
                     'upright picture. The exit status is 1 where a file could not be read.')
    parser.add_argument('paths', nargs='+', metavar='PATH',
                        help='image, folder (searched recursively) or video')
    parser.add_argument('--model', default=defaults.MODEL, metavar='NAME',
                        help='name of a model, or its folder (default: %(default)s)')
    options.add_backend(parser)
    options.add_view(parser)
    parser.add_argument('--score-threshold', type=options.fraction, metavar='S',
                        help="minimum score of a face, 0..1 (default: the model's own)")
    parser.add_argument('--max-faces', type=options.count, default=sys.maxsize, metavar='N',
                        help='maximum number of faces of one image (default: as many as the model hands out)')
    options.add_landmarks(parser)
    parser.add_argument('--json', metavar='OUT', help="write a JSON list to this file, '-' for stdout")
    parser.add_argument('--save-dir', metavar='DIR',
                        help='save copies with the faces drawn in below this folder')


def run(arguments: argparse.Namespace) -> int:
    """Look at all inputs; return 0, 1 where one had to be left out, 2 for a wrong call, 130 after Ctrl-C."""
    sources, faults = find_sources(arguments.paths, leave_out=arguments.save_dir)
    pipeline = FacePipeline(lambda: open_detector(
        arguments.model, arguments.backend, options.backend_options(arguments), arguments.score_threshold,
        max_faces=arguments.max_faces, resize=arguments.resize, tiles=arguments.tiles), **_landmarks(arguments))
    with pipeline:
        # Before anything is written: many films take a while, and Ctrl-C then shall leave nothing behind.
        sizes = [count_images(source) for source in sources]
        try:
            saver = Saver(arguments.save_dir, sources) if arguments.save_dir else None
            json_list = JsonList(arguments.json) if arguments.json else None
        except (OSError, ValueError) as error:
            print('face-perception: {}'.format(words_of(error)), file=sys.stderr)
            return 2
        work = _Work(pipeline, saver, json_list, Progress(sum(sizes), 'images'), arguments.max_megapixels)
        try:
            for path, words in faults:
                work.report(path, words)
            with StopOnSignal() as stop:
                work.look_at_all(list(zip(sources, sizes)), stop)
        finally:
            # Whatever ended the work, what was done is kept.
            work.progress.close()
            if json_list is not None:
                json_list.close()
    if stop.signum is not None:
        return stop.exit_status
    return 1 if work.failed else 0


def _landmarks(arguments: argparse.Namespace) -> Dict[str, Any]:
    """Return what the pipeline takes where points are wanted."""
    if not arguments.landmarks:
        return {}
    labels = arguments.landmark_labels
    return {'open_landmarks': lambda: open_landmarks(arguments.landmark_model, arguments.backend,
                                                     options.backend_options(arguments)),
            'landmark_labels': None if EVERY_LABEL in labels else labels}


class _Work:
    """One run over many files."""

    def __init__(self, pipeline: FacePipeline, saver: Optional[Saver], json_list: Optional[JsonList],
                 progress: Progress, max_megapixels: float) -> None:
        self.max_megapixels = max_megapixels
        self.pipeline = pipeline
        self.saver = saver
        self.json_list = json_list
        self.progress = progress
        self.failed = False

    def look_at_all(self, sized_sources: List[Tuple[Source, int]], stop: StopOnSignal) -> None:
        """Look at every (source, number of images) until `stop` says otherwise; report broken ones."""
        done = 0
        for source, size in sized_sources:
            if stop.signum is not None:
                return
            self.progress.update(done, source.path)
            try:
                if source.is_video:
                    self._look_at_video(source, done, stop)
                else:
                    self._look_at_image(source)
            except MediaError as error:
                self.report(source.path, error)
            done += size

    def report(self, path: str, words: object) -> None:
        """Say once what is wrong with a file."""
        self.failed = True
        self.progress.clear()
        say('face-perception: {}: {}'.format(path, words), sys.stderr)

    def note(self, path: str, words: object) -> None:
        """Say something about a file that was read."""
        self.progress.clear()
        say('face-perception: {}: {}'.format(path, words), sys.stderr)

    def _detect(self, image: np.ndarray) -> FaceResult:
        return self.pipeline.process(Frame(0, '', image))

    def _look_at_image(self, source: Source) -> None:
        images = read_images(source.path, self.max_megapixels)
        pages = [None] if len(images) == 1 else range(len(images))
        for page, image in zip(pages, images):
            result = self._detect(image)
            self._tell(source, image, result, page=page)
            if result.limited:
                self.note(source.path, _LIMITED)
            if self.saver is not None:
                try:
                    self.saver.image(source, image, result.detections, page, result.landmarks)
                except OSError as error:
                    self.report(source.path, 'no annotated copy: {}'.format(words_of(error)))

    def _look_at_video(self, source: Source, done: int, stop: StopOnSignal) -> None:
        with VideoReader(source.path) as video:
            copy = None if self.saver is None else self.saver.video(source, video.fps)
            limited = 0
            try:
                for number, image in enumerate(video):
                    result = self._detect(image)
                    limited += result.limited
                    self._tell(source, image, result, number)
                    if copy is not None:
                        try:
                            copy.add(draw_faces(image, result.detections, result.landmarks))
                        except OSError as error:
                            self.report(source.path, 'no annotated copy: {}'.format(words_of(error)))
                            copy = None
                    if stop.signum is not None:
                        return
                    self.progress.update(done + number, '{}, frame {}'.format(source.path, number))
            finally:
                self._finish(source, copy)
        if limited:
            self.note(source.path, 'in {} frames: {}'.format(limited, _LIMITED))
        if video.frames == 0:
            raise MediaError('a video without a readable frame')
        if video.cut_off:
            raise MediaError('the video ends after {} of {} frames; those are kept'.format(
                video.frames, int(video.expected_frames or 0)))
        if video.skipped:
            self.report(source.path, '{} of its frames cannot be decoded and were skipped; {} were read'.format(
                video.skipped, video.frames))

    def _finish(self, source: Source, copy: Optional[VideoWriter]) -> None:
        """End the annotated copy of a video."""
        if copy is None:
            return
        try:
            copy.close()
        except OSError as error:
            self.report(source.path, 'no annotated copy: {}'.format(words_of(error)))

    def _tell(self, source: Source, image: np.ndarray, result: FaceResult, frame: Optional[int] = None,
              page: Optional[int] = None) -> None:
        if self.json_list is not None:
            self.json_list.add(entry(source.path, image, result.detections, frame, page, result.limited, result.landmarks))
            return
        self.progress.clear()
        place = source.path
        if frame is not None:
            place += ' frame {}'.format(frame)
        elif page is not None:
            place += ' page {}'.format(page)
        say('{}: {} x {}, {}'.format(place, image.shape[1], image.shape[0], _in_words(result.detections, result.landmarks)))


def _in_words(detections: Detections, landmarks: Optional[Landmarks]) -> str:
    faces = ['{} {:.2f} at {}'.format(label, score, ' '.join('{:.0f}'.format(value) for value in box))
             for label, score, box in zip(detections.labels, detections.scores, detections.xywh())]
    if landmarks is not None:
        for row in np.flatnonzero(landmarks.found).tolist():
            points = ['{} {:.0f} {:.0f}'.format(name, x, y) for name, (x, y) in zip(landmarks.names, landmarks.points[row])]
            faces[row] += ' ({})'.format(', '.join(points))
    return '; '.join(faces) or 'no face'
