# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A film with known truth: a real person, drawn characters, empty places; the same pixels at every run."""
from .clip import FPS, HEIGHT, WIDTH, Part, Shot, Truth, compose, drawn_parts, film
from .footage import NoFootage

__all__ = ['FPS', 'HEIGHT', 'WIDTH', 'NoFootage', 'Part', 'Shot', 'Truth', 'compose', 'drawn_parts', 'film']
