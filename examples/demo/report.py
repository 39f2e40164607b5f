# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""index.html: what the demo saw, in one page that needs no network."""
import base64
import html
from typing import List, NamedTuple, Optional

import cv2
import numpy as np

from face_perception.core.detections import Detections
from face_perception.core.drawing import colour_of
from judge import share_found
from live import describe

POSTER_QUALITY = 82

STYLE = '''
body { font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222; }
h1 { font-size: 1.6em; margin-bottom: 0 } h2 { font-size: 1.2em; margin-top: 1.8em }
video, img { max-width: 100%; border-radius: 6px; background: #000 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .25em .7em; border-bottom: 1px solid #ddd } th { font-weight: 600 }
td.n, th.n { text-align: right } .good { color: #187a30 } .bad { color: #b3261e } .soft { color: #666 }
svg { width: 100%; height: auto; cursor: pointer } details { margin-top: 1em }
.verdict { font-size: 1.15em; font-weight: 600 }
'''
SEEK = '''
const film = document.querySelector('video'), line = document.getElementById('now');
document.querySelectorAll('svg').forEach(s => s.addEventListener('click', e => {
  if (!film) return;
  const box = s.getBoundingClientRect();
  const x = (e.clientX - box.left) / box.width * 1000;
  film.currentTime = film.duration * Math.max(0, x - LEFT) / (1000 - LEFT);
}));
if (film) film.addEventListener('timeupdate', () => {
  const x = LEFT + (1000 - LEFT) * film.currentTime / film.duration;
  line.setAttribute('x1', x); line.setAttribute('x2', x);
});
'''
LEFT = 90


class Row(NamedTuple):
    """One frame as it was answered; detections and latency_s are None where no answer came."""

    stamp_ns: int
    part: str
    detections: Optional[Detections]
    latency_s: Optional[float]
    shown: Optional[list]              # labels that are really there; None where nobody knows


class Summary(NamedTuple):
    """All that the page says. results: PartResults, empty where there is no truth (a user's own input)."""

    title: str
    command: str
    rows: List[Row]
    results: list
    shortcomings: List[str]
    video: str                         # file name beside the page
    plays: bool                        # whether browsers play it
    poster: np.ndarray
    sheet: np.ndarray
    files: List[tuple]                 # (file name, what it is)


def _picture(image):
    good, data = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, POSTER_QUALITY])
    assert good, 'OpenCV cannot write JPEG'
    return 'data:image/jpeg;base64,' + base64.b64encode(data.tobytes()).decode('ascii')


def _css_colour(label):
    blue, green, red = colour_of(label)
    return f'rgb({red},{green},{blue})'


def percent(share):
    """Return 0.934 as ``93 %``, None as ``-``."""
    return '-' if share is None else f'{100 * share:.0f} %'


def latencies_ms(rows):
    """Return (median, 95th percentile) in milliseconds, (None, None) without a measured answer."""
    values = [1e3 * row.latency_s for row in rows if row.latency_s is not None]
    return (float(np.median(values)), float(np.percentile(values, 95))) if values else (None, None)


def answered_fps(rows):
    """Return how many frames a second were answered, by the stamps of the frames."""
    stamps = [row.stamp_ns for row in rows]
    span = (stamps[-1] - stamps[0]) / 1e9 * len(rows) / max(1, len(rows) - 1) if len(rows) > 1 else 0
    return sum(row.detections is not None for row in rows) / span if span > 0 else 0.0


def timeline(rows):
    """Return an SVG: per label a strip of what was found (the stronger the surer) above what was there."""
    labels = sorted({str(x) for r in rows if r.detections is not None for x in r.detections.labels}
                    | {x for r in rows for x in r.shown or []}, key=lambda label: (label != 'human', label))
    step = (1000 - LEFT) / max(1, len(rows))
    wide = f'{step + .3:.1f}'          # no gaps between neighbours
    y, parts = 18, []
    last = None
    for k, row in enumerate(rows):
        if row.part != last:
            last = row.part
            x = LEFT + k * step
            bottom = 20 + 44 * len(labels)
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{bottom}" stroke="#bbb"/>')
    for label in labels:
        parts.append(f'<text x="0" y="{y + 15}" font-size="15">{html.escape(label)}</text>')
        for k, row in enumerate(rows):
            x = LEFT + k * step
            scores = [] if row.detections is None else row.detections.scores[row.detections.labels == label]
            if len(scores):
                parts.append(f'<rect x="{x:.1f}" y="{y}" width="{wide}" height="20" '
                             f'fill="{_css_colour(label)}" opacity="{float(max(scores)):.2f}"/>')
            if label in (row.shown or []):
                parts.append(f'<rect x="{x:.1f}" y="{y + 23}" width="{wide}" height="5" fill="#444"/>')
        y += 44
    line = f'<line id="now" x1="{LEFT}" x2="{LEFT}" y1="0" y2="{y}" stroke="#d00" stroke-width="2"/>'
    return f'<svg viewBox="0 0 1000 {y + 4}">{"".join(parts)}{line}</svg>'


def _parts_table(results):
    lines = []
    for r in results:
        seen = '<br>'.join(f'{html.escape(label)} {r.found.get(label, 0)} of {count}'
                           for label, count in sorted(r.shown.items(),
                                                      reverse=True)) or '<span class=soft>-</span>'
        note = f'{r.bonus} detections, not judged' if r.bonus else ''
        lines.append(f'<tr><td>{html.escape(r.name)}<td class=n>{r.answered} of {r.frames}<td>{seen}'
                     f'<td class=n>{r.mistaken}<td class=n>{r.false_alarms}<td>{note}')
    return ('<table><tr><th>part<th class=n>frames answered<th>faces found where they are'
            '<th class=n>other label<th class=n>false alarms<th>' + ''.join(lines) + '</table>')


def _answers_table(rows):
    lines = []
    for k, row in enumerate(rows):
        latency = '-' if row.latency_s is None else f'{1e3 * row.latency_s:.1f}'
        said = 'left behind for a newer frame' if row.detections is None else describe(row.detections)
        lines.append(f'<tr><td class=n>{k}<td class=n>{row.stamp_ns / 1e9:.3f}<td>{html.escape(said)}'
                     f'<td class=n>{latency}')
    return ('<details><summary>Every frame</summary><table><tr><th class=n>frame<th class=n>stamp<th>faces'
            '<th class=n>latency, ms' + ''.join(lines) + '</table></details>')


def _figures(summary):
    rows, results = summary.rows, summary.results
    middle, high = latencies_ms(rows)
    answered = sum(row.detections is not None for row in rows)
    figures = [('frames answered', f'{answered} of {len(rows)} ({answered_fps(rows):.1f} a second)'),
               ('latency, image published to /faces received',
                '-' if middle is None else f'{middle:.1f} ms median, {high:.1f} ms at the 95th percentile')]
    if results:
        free = [r for r in results if r.face_free]
        figures += [(f'{label} faces found where they are', percent(share_found(results, label)))
                    for label in ('human', 'cartoon')]
        figures.append(('false alarms in frames without a face',
                        f'{sum(r.false_alarms for r in free)} in {sum(r.answered for r in free)} frames'))
    return ''.join(f'<tr><td>{html.escape(name)}<td>{html.escape(value)}' for name, value in figures)


def page(summary):
    """Return the text of index.html."""
    if summary.results:
        verdict = ('<p class="verdict bad">Not as it should be: '
                   + html.escape(' '.join(summary.shortcomings))
                   if summary.shortcomings else
                   '<p class="verdict good">The human and the cartoons were found where they are.')
    else:
        verdict = '<p class=soft>Your own input: nobody knows the truth, so nothing is judged.'
    poster = _picture(summary.poster)
    if summary.plays:
        film = f'<video src="{summary.video}" poster="{poster}" controls loop muted playsinline></video>'
    else:
        film = (f'<img src="{poster}" alt="a frame with its faces">'
                f'<p class=soft>The film is in {summary.video}; '
                'this OpenCV writes no kind that browsers play.')
    files = ''.join(f'<tr><td><a href="{html.escape(name)}">{html.escape(name)}</a><td>{html.escape(what)}'
                    for name, what in summary.files)
    parts = f'<h2>Part by part</h2>{_parts_table(summary.results)}' if summary.results else ''
    shown = ' The dark line below says when such a face is really there.' if summary.results else ''
    return f'''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{html.escape(summary.title)}</title><style>{STYLE}</style></head><body>
<h1>{html.escape(summary.title)}</h1>
<p class=soft>Made by <code>{html.escape(summary.command)}</code>:
bag → /image_raw → detector_node → /faces, real processes over DDS.</p>
{verdict}</p>
{film}
<h2>When which face was found</h2>
<p class=soft>The stronger the colour, the surer the detector.{shown} A click jumps there.</p>
{timeline(summary.rows)}
<h2>Figures</h2><table>{_figures(summary)}</table>
{parts}
<h2>Pictures</h2><img src="{_picture(summary.sheet)}" alt="frames with their faces">
{_answers_table(summary.rows)}
<h2>Files</h2><table>{files}</table>
<script>const LEFT = {LEFT};{SEEK}</script></body></html>
'''
