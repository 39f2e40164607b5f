# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the angles of head poses are worth: prints the tables of docs/head_pose.md.

    python -m benchmarks.head_pose [LANDMARK_JSON [--model landmarks_5]]

The first table compares with angles that are known: an average head is turned and projected, then its points are
moved, its shape is changed, or the field of view is not the one that is assumed. Without LANDMARK_JSON that is all.

The second compares with the only labels of real faces at hand, five classes of yaw (left profile, left, frontal, right,
right profile), which have no degrees: COCO keypoints of five points, `attributes.pose` 1 to 5. With --model the points
are those that the model finds in the labelled box instead of the labelled ones.
"""
import argparse
import json
import math
import os
import sys

import cv2
import numpy as np

from face_perception.api import open_landmarks
from face_perception.core.detections import Detections
from face_perception.core.head_pose import AVERAGE_HEAD, assumed_camera, head_pose

WIDTH, HEIGHT, FOV = 640, 480, 60.0
# What is done to a projection: (words, noise of a point as a share of the eyes' distance, change of the shape, true fov).
CASES = (
    ('the average head itself', 0.0, 0.0, FOV),
    ("points moved by 2 % of the eyes' distance", 0.02, 0.0, FOV),
    ('points moved by 4 %', 0.04, 0.0, FOV),
    ('points moved by 8 %', 0.08, 0.0, FOV),
    ('other heads: each measure changed by 10 %', 0.0, 0.1, FOV),
    ('a camera of 45 degrees', 0.0, 0.0, 45.0),
    ('a camera of 90 degrees', 0.0, 0.0, 90.0),
    ('4 %, other heads, 45 degrees', 0.04, 0.1, 45.0),
)
# Crops have no camera: the pictures were taken from further away than these show.
CROP_FOV = 20.0
CLASSES = {1: 'left profile', 2: 'left', 3: 'frontal', 4: 'right', 5: 'right profile'}


def turned(yaw, pitch, roll):
    """Return the axes (3, 3) of a head in the optical frame of a camera that it faces but for these degrees."""
    yaw, pitch, roll = np.radians([yaw, pitch, roll])
    about_z = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
    about_y = np.array([[math.cos(pitch), 0, math.sin(pitch)], [0, 1, 0], [-math.sin(pitch), 0, math.cos(pitch)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]])
    return np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]]) @ about_z @ about_y @ about_x


def errors_of(noise, shape, fov, limit, count, rng):
    """Return (N, 4): absolute errors of yaw, pitch, roll in degrees and of the distance as a share; NaN: no pose."""
    names, head = tuple(AVERAGE_HEAD), np.array(list(AVERAGE_HEAD.values()))
    true, assumed = assumed_camera(WIDTH, HEIGHT, fov), assumed_camera(WIDTH, HEIGHT, FOV)
    errors = np.full((count, 4), np.nan)
    for row in range(count):
        angles = rng.uniform([-limit, -30, -30], [limit, 30, 30])
        points = head * (1 + shape * rng.normal(size=(3,))) + shape * 0.03 * rng.normal(size=head.shape)
        points = points @ turned(*angles).T + [0, 0, rng.uniform(0.5, 2.5)]
        distance = points[:2, 2].mean()
        seen = points @ true.matrix.T
        seen = seen[:, :2] / seen[:, 2:]
        eyes = 0.063 / distance * true.matrix[0, 0]
        pose = head_pose(names, seen + noise * eyes * rng.normal(size=seen.shape) / math.sqrt(2), assumed)
        if pose is not None:
            found = np.degrees([pose.yaw, pose.pitch, pose.roll])
            errors[row] = [*np.abs(found - angles), abs(pose.position[2] / distance - 1)]
    return errors


def synthetic(count):
    """Return the first table as lines of markdown."""
    lines = ['| Changed | Yaw up to | Yaw | Pitch | Roll | Distance | No pose |',
             '| --- | --- | --- | --- | --- | --- | --- |']
    for words, noise, shape, fov in CASES:
        for limit in (30, 60):
            rows = errors_of(noise, shape, fov, limit, count, np.random.RandomState(7))
            middle, most = np.nanpercentile(rows, [50, 95], axis=0)
            cells = ['{:.1f} / {:.1f}'.format(*pair) for pair in zip(middle[:3], most[:3])]
            cells.append('{:.0%} / {:.0%}'.format(middle[3], most[3]))
            lines.append('| {} | {} | {} | {:.1%} |'.format(words, limit, ' | '.join(cells), np.isnan(rows[:, 0]).mean()))
    return lines


def faces_of(path):
    """Yield (path of the picture, box x1 y1 x2 y2, points (5, 2), names, class of the pose) of fully labelled faces."""
    with open(path, encoding='utf-8') as file:
        data = json.load(file)
    pictures = {image['id']: image['file_name'] for image in data['images']}
    names = tuple(data['categories'][0]['keypoints'])
    for face in data['annotations']:
        points = np.array(face['keypoints'], float).reshape(-1, 3)
        if (points[:, 2] > 0).all():
            x, y, width, height = face['bbox']
            name = os.path.join(os.path.dirname(path), pictures[face['image_id']])
            yield name, [x, y, x + width, y + height], points[:, :2], names, face['attributes']['pose']


def labelled(path, model):
    """Return the second table as lines of markdown."""
    found = {number: [] for number in CLASSES}
    finder = open_landmarks(model) if model else None
    for name, box, points, names, number in faces_of(path):
        image = cv2.imread(name)
        if finder is not None:
            seen = finder.find(image, Detections([box], [1], ['human']))
            points, names = seen.points[0], seen.names
        pose = head_pose(names, points, assumed_camera(image.shape[1], image.shape[0], CROP_FOV))
        found[number].append([np.nan] * 3 if pose is None else np.degrees([pose.yaw, pose.pitch, pose.roll]))
    lines = ['| Class | Faces | Yaw: 5 %, 25 %, median, 75 %, 95 % | Pitch: 5 %, median, 95 % | Both below 15 | No pose |',
             '| --- | --- | --- | --- | --- | --- |']
    for number, words in CLASSES.items():
        rows = np.array(found[number])
        yaw = np.nanpercentile(rows[:, 0], [5, 25, 50, 75, 95])
        pitch = np.nanpercentile(rows[:, 1], [5, 50, 95])
        looks = (np.abs(rows[:, :2]) < 15).all(axis=1).mean()
        lines.append('| {} | {} | {} | {} | {:.0%} | {:.1%} |'.format(
            words, len(rows), ', '.join('{:.0f}'.format(value) for value in yaw),
            ', '.join('{:.0f}'.format(value) for value in pitch), looks, np.isnan(rows[:, 0]).mean()))
    return lines


def main(arguments=None):
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('labels', nargs='?', metavar='LANDMARK_JSON')
    parser.add_argument('--model', default='', help='name or folder of a landmark model')
    parser.add_argument('--count', type=int, default=1000, help='projections of a row (default %(default)s)')
    args = parser.parse_args(arguments)
    if args.count < 1:
        parser.error('--count must be at least 1')
    print('\n'.join(labelled(args.labels, args.model) if args.labels else synthetic(args.count)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
