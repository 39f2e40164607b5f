# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compose the film, and know where each face is: a real person, drawn characters, empty places.

Everything follows from the frame's number, so two runs compose the same pixels.
"""
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from . import person
from .brush import Brush
from .characters import CHARACTERS, Pose
from .footage import package_clip, read_clip
from .scenes import SCENES

WIDTH = 640
HEIGHT = 480
FPS = 15.0


class Truth(NamedTuple):
    """A face that is there."""

    label: str
    box: person.Box                 # x1, y1, x2, y2 in pixels


class Shot(NamedTuple):
    """One frame of the film."""

    number: int
    part: str
    image: np.ndarray               # (480, 640, 3) uint8 BGR
    faces: list[Truth] | None       # None where nobody knows (a bonus, not judged)


# The picture and faces of frame k of a part.
Make = Callable[[int], tuple[np.ndarray, list[Truth] | None]]


class Part(NamedTuple):
    """A stretch of the film."""

    name: str
    length: int                     # frames
    make: Make


class Actor(NamedTuple):
    """A drawn character's place and way of moving."""

    name: str
    x: float                        # centre of the head, pixels
    y: float
    size: float                     # half the height of the head, pixels
    phase: float = 0.0              # of its movements, radians


def draw_actor(brush: Brush, actor: Actor, k: int) -> Truth:
    """Draw a character as it is in frame `k` of its part; return its Truth."""
    t = k / FPS
    character = CHARACTERS[actor.name]
    x = actor.x + 0.20 * actor.size * math.sin(1.9 * t + actor.phase)
    y = actor.y + 0.06 * actor.size * math.sin(5.1 * t + actor.phase)
    angle = 6 * math.sin(2.3 * t + actor.phase + 1)
    blink_at = (k + int(10 * actor.phase)) % 24
    pose = Pose(turn=math.sin(1.5 * t + actor.phase), gaze=math.sin(2.9 * t + actor.phase + 0.5),
                blink={22: 0.6, 23: 1.0}.get(blink_at, 0.0), mouth=max(0.0, math.sin(6.0 * t + actor.phase)))
    brush.place(x, y, actor.size / 100, angle)
    character.draw(brush, pose)
    x1, y1, x2, y2 = character.face
    corners = brush.to_picture([(x1, y1), (x2, y1), (x2, y2), (x1, y2)])
    # The tilted face's own extent, not that of the tilted rectangle, whose corners are empty.
    cx, cy = corners.mean(axis=0)
    a = math.radians(angle)
    half_w, half_h = (x2 - x1) / 2 * actor.size / 100, (y2 - y1) / 2 * actor.size / 100
    w = math.hypot(half_w * math.cos(a), half_h * math.sin(a))
    h = math.hypot(half_h * math.cos(a), half_w * math.sin(a))
    return Truth('cartoon', (float(cx - w), float(cy - h), float(cx + w), float(cy + h)))


def _with_actors(background: np.ndarray, actors: Sequence[Actor], faces: list[Truth],
                 k: int) -> tuple[np.ndarray, list[Truth]]:
    brush = Brush(background)
    drawn = [draw_actor(brush, actor, k) for actor in actors]
    return brush.finish(), faces + drawn


def _place(scene: np.ndarray, actors: Sequence[Actor] = ()) -> Make:
    return lambda k: _with_actors(scene, actors, [], k)


def _person(frames: list[np.ndarray], first: int, actors: Sequence[Actor] = (), mirrored: bool = False) -> Make:
    def make(k: int) -> tuple[np.ndarray, list[Truth]]:
        number = min(first + 2 * k, len(frames) - 1)           # 30 frames a second shown at 15
        image, box = frames[number], person.face_box(number)
        if mirrored:
            image, box = np.ascontiguousarray(image[:, ::-1]), person.flip_box(box)
        return _with_actors(image, actors, [Truth('human', box)], k)
    return make


def _split(frames: list[np.ndarray], first: int, scene: np.ndarray, actors: Sequence[Actor]) -> Make:
    """The person on the left half, a drawn place with its character on the right."""
    def make(k: int) -> tuple[np.ndarray, list[Truth]]:
        number = min(first + 2 * k, len(frames) - 1)
        x1, y1, x2, y2 = person.face_box(number)
        left = int(np.clip((x1 + x2) / 2 - WIDTH / 4, 0, WIDTH / 2))
        image, faces = _with_actors(scene, actors, [], k)
        image[:, :WIDTH // 2] = frames[number][:, left:left + WIDTH // 2]
        return image, [Truth('human', (x1 - left, y1, x2 - left, y2))] + faces
    return make


def _fit(image: np.ndarray, x: int, width: int | None) -> np.ndarray:
    """Cut a 4:3 window of full height, or `width` wide, out of a picture and bring it to 640x480."""
    height = image.shape[0] if width is None else int(width * HEIGHT / WIDTH)
    width = int(image.shape[0] * WIDTH / HEIGHT) if width is None else width
    fitted: np.ndarray = cv2.resize(image[-height:, x:x + width], (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return fitted


def _footage(name: str, numbers: list[int], x: int, width: int | None = None,
             faces: Sequence[Truth] | None = ()) -> Make:
    frames = read_clip(package_clip(name), numbers)
    return lambda k: (_fit(frames[numbers[k]], x, width), None if faces is None else list(faces))


def drawn_parts() -> list[Part]:
    """Return the parts of the film that are drawn alone and need no footage."""
    room, park = SCENES['room'](), SCENES['park']()
    return [
        Part('explorer and schoolgirl at home', 30, _place(room, [Actor('adventure', 190, 210, 95, 2.0),
                                                                  Actor('anime', 450, 215, 100, 0.5)])),
        Part('park, nobody', 12, _place(park)),
        Part('toon boy and small girl in the park', 30,
             _place(park, [Actor('toon', 180, 205, 105, 0.0), Actor('preschool', 465, 250, 92, 1.5)])),
    ]


def film() -> list[Part]:
    """Return the parts of the film."""
    frames = person.read_person()
    town = SCENES['town']()
    home, empty_park, boy_and_girl = drawn_parts()
    street, bicycle = [146 + n * 2 for n in range(22)], [212 + n for n in range(14)]
    rabbit, meadow = [24 + n for n in range(20)], [2 * n for n in range(14)]
    return [
        Part('person', 24, _person(frames, 0)),
        Part('person, sitcom neighbour', 30, _person(frames, 58, [Actor('sitcom', 522, 258, 86)])),
        Part('street, nobody', len(street), _footage('bikes.mp4', street, 40)),
        home,
        Part('person, schoolgirl', 30, _person(frames, 0, [Actor('anime', 115, 255, 84, 1.0)],
                                               mirrored=True)),
        empty_park,
        boy_and_girl,
        Part('meadow, nobody', len(meadow), _footage('bigbuckbunny.mp4', meadow, 640, 640)),
        Part('person, detective on the other half', 30,
             _split(frames, 60, town, [Actor('comic', 485, 205, 100, 0.7)])),
        Part('rabbit (bonus)', len(rabbit), _footage('bigbuckbunny.mp4', rabbit, 60, faces=None)),
        Part('bicycle, nobody', len(bicycle), _footage('bikes.mp4', bicycle, 120)),
    ]


def compose(parts: Sequence[Part] | None = None) -> Iterator[Shot]:
    """Yield the Shots of the film in order."""
    number = 0
    for part in film() if parts is None else parts:
        for k in range(part.length):
            image, faces = part.make(k)
            yield Shot(number, part.name, image, faces)
            number += 1
