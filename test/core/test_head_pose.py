# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Head poses against the projections of a head whose pose is known."""
import doctest
import math

import cv2
import numpy as np
import pytest

from face_perception.core import head_pose as module
from face_perception.core.head_pose import (
    AVERAGE_HEAD,
    Camera,
    assumed_camera,
    head_pose,
    looks_at_camera,
    quaternion,
)

NAMES = tuple(AVERAGE_HEAD)
CAMERA = assumed_camera(640, 480, 60)
WIDE = Camera(np.array([[420.0, 0, 310], [0, 430.0, 250], [0, 0, 1]]), np.array([-0.3, 0.1, 0.001, -0.002, 0.01]))
FISHEYE = Camera(WIDE.matrix, np.array([0.05, -0.02, 0.01, 0.0]), fisheye=True)


def axes(yaw, pitch, roll):
    """Return the axes (3, 3) of a head on the optical axis, in the optical frame; degrees: left, down, right shoulder."""
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw, pitch, roll))
    about_z = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
    about_y = np.array([[math.cos(pitch), 0, math.sin(pitch)], [0, 1, 0], [-math.sin(pitch), 0, math.cos(pitch)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]])
    # A head that faces the camera: out of the face is towards it, its left is to the right, up is against y.
    facing = np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]])
    return facing @ about_z @ about_y @ about_x


def project(rotation, position, camera=CAMERA):
    """Return the points (5, 2) of the average head, source pixels."""
    points = np.array(list(AVERAGE_HEAD.values())) @ rotation.T + position
    if camera.fisheye:
        return cv2.fisheye.projectPoints(points.reshape(-1, 1, 3), np.zeros(3), np.zeros(3), camera.matrix,
                                         camera.distortion)[0].reshape(-1, 2)
    distortion = camera.distortion if len(camera.distortion) else None
    return cv2.projectPoints(points, np.zeros(3), np.zeros(3), camera.matrix, distortion)[0].reshape(-1, 2)


def degrees(pose):
    return [math.degrees(angle) for angle in (pose.yaw, pose.pitch, pose.roll)]


def test_examples():
    assert doctest.testmod(module).failed == 0


def test_a_head_that_looks_into_the_camera():
    pose = head_pose(NAMES, project(axes(0, 0, 0), [0, 0, 0.8]), CAMERA)
    np.testing.assert_allclose(degrees(pose), [0, 0, 0], atol=0.01)
    np.testing.assert_allclose(pose.position, [0, 0, 0.8], atol=1e-3)
    np.testing.assert_allclose(pose.rotation[:, 0], [0, 0, -1], atol=1e-3)     # out of the face, to the camera


@pytest.mark.parametrize('distance', [0.4, 1.0, 4.0])
@pytest.mark.parametrize('yaw', range(-60, 61, 30))
def test_angles_and_place_are_those_that_were_projected(yaw, distance):
    for pitch in (-40, -15, 0, 25, 40):
        for roll in (-45, 0, 20):
            pose = head_pose(NAMES, project(axes(yaw, pitch, roll), [0, 0, distance]), CAMERA)
            np.testing.assert_allclose(degrees(pose), [yaw, pitch, roll], atol=0.1)
            np.testing.assert_allclose(pose.position, [0, 0, distance], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize('yaw, pitch, roll, seen', [
    (30, 0, 0, 'the nose moves to the right of the eyes'), (0, 30, 0, 'the nose moves down'),
    (0, 0, 30, "the subject's left eye goes up")])
def test_signs_are_those_that_are_documented(yaw, pitch, roll, seen):
    straight = project(axes(0, 0, 0), [0, 0, 1])
    turned = project(axes(yaw, pitch, roll), [0, 0, 1])
    left_eye, nose = 1, 2
    moved = {'yaw': turned[nose, 0] - straight[nose, 0], 'pitch': turned[nose, 1] - straight[nose, 1],
             'roll': straight[left_eye, 1] - turned[left_eye, 1]}
    assert moved['yaw' if yaw else 'pitch' if pitch else 'roll'] > 5, seen


@pytest.mark.parametrize('camera', [WIDE, FISHEYE], ids=['plumb_bob', 'equidistant'])
def test_the_distortion_of_the_lens_is_undone(camera):
    rotation = axes(20, -10, 5)
    pose = head_pose(NAMES, project(rotation, [0.2, -0.15, 0.7], camera), camera)
    np.testing.assert_allclose(pose.position, [0.2, -0.15, 0.7], atol=5e-3)
    np.testing.assert_allclose(pose.rotation, rotation, atol=0.02)


@pytest.mark.parametrize('position', [[0.3, 0, 1], [-0.3, 0.2, 1], [0, -0.25, 0.6]])
def test_who_looks_into_the_camera_from_the_side_has_no_angle(position):
    forward = -np.array(position) / np.linalg.norm(position)
    left = np.cross([0, -1, 0], forward)
    left /= np.linalg.norm(left)
    pose = head_pose(NAMES, project(np.stack([forward, left, np.cross(forward, left)], axis=1), position), CAMERA)
    np.testing.assert_allclose(degrees(pose), [0, 0, 0], atol=0.1)
    assert looks_at_camera(pose, math.radians(1))


@pytest.mark.parametrize('yaw, pitch, looks', [(14, 0, True), (16, 0, False), (0, -16, False), (-10, 12, True)])
def test_gaze_is_a_matter_of_yaw_and_pitch(yaw, pitch, looks):
    pose = head_pose(NAMES, project(axes(yaw, pitch, 40), [0, 0, 1]), CAMERA)
    assert looks_at_camera(pose, math.radians(15)) is looks


@pytest.mark.parametrize('points, why', [
    (np.zeros((5, 2)), 'all at one place'), (np.full((5, 2), np.nan), 'no numbers'),
    (np.full((5, 2), 1e30), 'far away'),
    (np.array([[100, 100], [200, 100], [150, 400], [100, 120], [200, 120]]), 'no head looks like that'),
    (project(axes(180, 0, 0), [0, 0, 1]), 'seen from behind')])
def test_points_that_are_no_head_have_no_pose(points, why):
    assert head_pose(NAMES, points, CAMERA) is None, why


def test_other_names_and_orders():
    points = project(axes(10, 5, 0), [0, 0, 1])
    shuffled = [4, 2, 0, 3, 1]
    pose = head_pose([NAMES[k] for k in shuffled] + ['chin'], np.vstack([points[shuffled], [[0, 0]]]), CAMERA)
    np.testing.assert_allclose(degrees(pose), [10, 5, 0], atol=0.1)
    assert head_pose(('right_eye', 'left_eye', 'mouth'), points[:3], CAMERA) is None


@pytest.mark.parametrize('yaw, pitch, roll', [(0, 0, 0), (40, 0, 0), (-30, 20, 10), (0, 0, 170)])
def test_a_quaternion_turns_as_its_matrix_does(yaw, pitch, roll):
    rotation = axes(yaw, pitch, roll)
    x, y, z, w = quaternion(rotation)
    assert x * x + y * y + z * z + w * w == pytest.approx(1)
    matrix = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                       [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                       [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])
    np.testing.assert_allclose(matrix, rotation, atol=1e-6)


def test_the_assumed_camera_sees_what_its_angle_says():
    camera = assumed_camera(640, 480, 90)
    assert camera.matrix[0, 0] == pytest.approx(320) and camera.matrix[0, 2] == 320 and camera.matrix[1, 2] == 240
