# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of the study, and its plots as pictures; nothing of a show is in them but boxes."""
import pathlib
from typing import Any

import matplotlib

matplotlib.use('Agg')
from matplotlib import pyplot
from matplotlib.patches import Rectangle

from face_training.compare.curves import RECALLS, finish
from face_training.compare.tables import Table, number
from face_training.data.sample import Sample

from .frames import SHOWS
from .judge import OVERLAP, count, picture_name
from .study import CASCADES, P_HARD, P_R, P_R_O, PRE_TRAINED, P, Study, found_by

BEGIN, END = '<!-- made by face-training study mtcnn -->', '<!-- end -->'
TUNED = (P, P_HARD, P_R, P_R_O)
SHOWN = 3                   # frames that fine-tuning won, and as many that it lost
CONFIDENT = 0.7             # facenet-pytorch's threshold of O-Net


def tables(results: dict[str, Any]) -> list[Table]:
    """Return average precision by show, what the defaults find, what training took, and precision by training frames."""
    shows, before = results['shows'], results['shows']['dexter'][PRE_TRAINED]['ap']
    slowest = results['ms'][PRE_TRAINED]
    by_show = [[name, *(number(shows[show][name]['ap']) for show in SHOWS),
                f'{100 * (shows["dexter"][name]["ap"] - before):+.1f}',
                number(results['ms'][name], '.1f'), f'{slowest / results["ms"][name]:.1f}'] for name in shows['dexter']]
    defaults = [[name, *(number(values[key]) for key in ('ap', 'recall', 'precision')), number(values['seconds'], '.0f')]
                for name, values in results['defaults'].items()]
    training = [[name, str(values['windows']), number(values['windows_s'], '.0f'), number(values['training_s'], '.0f'),
                 f'{ratio(results, name):.1f}', number(values['losses'][0]), number(values['losses'][-1])]
                for name, values in results['training_s'].items()]
    exported = results['exported']
    defaults.append([f'{P_R_O}, exported (O-Net from .1)', *(number(exported[key]) for key in ('ap', 'recall', 'precision')),
                     number(exported['seconds'], '.0f')])
    frames = [[str(frame_count), number(values['ap']), f'{100 * (values["ap"] - before):+.1f}']
              for frame_count, values in results['frames'].items()]
    return [
        Table(f'Average precision at IoU {OVERLAP} on the validation frames of each show, points of it gained on dexter, '
              'ms a picture in turns with the others, and how many times as fast as the pre-trained cascade.',
              ['Detector', *SHOWS, 'gained on dexter', 'ms', 'speed'], by_show),
        Table('With the default thresholds (.6, .7, .7) on the 200 frames of dexter: what a user of the cascade sees.',
              ['Cascade', 'AP', 'Recall', 'Precision', 'Seconds'], defaults),
        Table('What each training took, seconds; how many times as long as the pre-trained cascade looks at the 200 frames, '
              'cutting, training and looking together; loss of the first and of the last epoch.',
              ['Trained', 'Windows', 'Cutting', 'Training', 'times as long', 'First loss', 'Last loss'], training),
        Table('P alone, trained on random windows of so many frames for the same number of steps.',
              ['Frames', 'AP on dexter', 'gained'], frames)]


def ratio(results: dict[str, Any], name: str) -> float:
    """Return how many times as long cutting, training and looking takes as looking with the pre-trained cascade."""
    spent = results['training_s'][name]
    looking: float = results['defaults'][PRE_TRAINED]['seconds']
    total: float = spent['windows_s'] + spent['training_s'] + results['defaults'][name]['seconds']
    return total / looking


def draw(study: Study, results: dict[str, Any], folder: pathlib.Path) -> None:
    """Write mtcnn_precision.png, mtcnn_frames.png and mtcnn_boxes.png."""
    figure, axis = pyplot.subplots(figsize=(6.5, 4.5))
    for name, values in results['shows']['dexter'].items():
        axis.plot(RECALLS, values['curve'], label=f'{name} ({number(values["ap"])})',
                  linestyle='-' if name in CASCADES else '--')
    axis.set(title=f'dexter, 200 frames, IoU {OVERLAP}', xlabel='recall', ylabel='precision', xlim=(0, 1), ylim=(0, 1.02))
    finish(figure, axis, folder / 'mtcnn_precision.png')

    figure, axis = pyplot.subplots(figsize=(6.5, 3.5))
    counts = [int(frame_count) for frame_count in results['frames']]
    axis.plot(counts, [values['ap'] for values in results['frames'].values()], marker='o', label='P fine-tuned')
    axis.axhline(results['shows']['dexter'][PRE_TRAINED]['ap'], color='grey', linestyle=':', label='pre-trained')
    axis.set(xlabel='training frames', ylabel=f'AP at IoU {OVERLAP} on dexter', xscale='log')
    finish(figure, axis, folder / 'mtcnn_frames.png')

    before, after = found_by(study, PRE_TRAINED, 'dexter'), found_by(study, P_R_O, 'dexter')
    gains = {picture_name(sample): gained(sample, before, after) for sample in study.samples['dexter']}
    order = sorted(study.samples['dexter'], key=lambda sample: -gains[picture_name(sample)])
    figure, axes = pyplot.subplots(2, SHOWN, figsize=(9, 5))
    for axis, sample in zip(axes.ravel(), order[:SHOWN] + order[-SHOWN:]):
        axis.set(xlim=(0, sample.width), ylim=(sample.height, 0), xticks=[], yticks=[],
                 title=f'{gains[picture_name(sample)]:+d}')
        axis.set_aspect('equal')
        outline(axis, sample.boxes[sample.labels >= 0], 'black', 2.5)
        for found, colour in ((before, 'tab:blue'), (after, 'tab:orange')):
            detections = found[picture_name(sample)]
            outline(axis, detections.boxes[detections.scores >= CONFIDENT], colour, 1.2)
    figure.tight_layout()
    figure.savefig(folder / 'mtcnn_boxes.png', dpi=90)
    pyplot.close(figure)


def gained(sample: Sample, before: dict[str, Any], after: dict[str, Any]) -> int:
    """Return by how much hits less false positives of a frame grew."""
    values = []
    for found in (before, after):
        detections = found[picture_name(sample)]
        hits, false, _ = count([sample], [detections[detections.scores >= CONFIDENT]])
        values.append(hits - false)
    return values[1] - values[0]


def outline(axis: Any, boxes: Any, colour: str, width: float) -> None:
    """Draw boxes (N, 4)."""
    for x1, y1, x2, y2 in boxes.tolist():
        axis.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, edgecolor=colour, linewidth=width))


def write_page(page: pathlib.Path, results: dict[str, Any]) -> None:
    """Put the tables between the two marks of a page."""
    text = page.read_text(encoding='utf-8')
    head, rest = text.split(BEGIN)
    made = '\n\n'.join(table.markdown() for table in tables(results))
    page.write_text(f'{head}{BEGIN}\n\n{made}\n\n{END}{rest.split(END)[1]}', encoding='utf-8')
