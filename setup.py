# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Installs face_perception; its version stands in package.xml."""
import glob
import os
from xml.etree import ElementTree

from setuptools import find_packages, setup

NAME = 'face_perception'
HERE = os.path.dirname(os.path.abspath(__file__))


def manifest(tag):
    """Return the text of a tag of package.xml."""
    return ElementTree.parse(os.path.join(HERE, 'package.xml')).getroot().find(tag).text.strip()


def share_files(*patterns):
    """Return data_files that keep the folders of the files found below share/face_perception."""
    folders = {}
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(HERE, pattern))):
            if os.path.isfile(path):
                # Relative: setuptools and colcon refuse absolute sources.
                relative = os.path.relpath(path, HERE)
                target = os.path.join('share', NAME, os.path.dirname(relative))
                folders.setdefault(target.rstrip(os.sep), []).append(relative)
    return sorted(folders.items())


setup(
    name=NAME,
    version=manifest('version'),
    description=manifest('description'),
    author='The face_perception authors',
    maintainer='The face_perception authors',
    maintainer_email='face-perception@example.org',
    license='Apache-2.0',
    python_requires='>=3.6',
    packages=find_packages(include=[NAME, NAME + '.*']),
    package_data={NAME + '.backends.tensorrt': ['*.cu']},   # compiled for the GPU that is found
    data_files=[('share/ament_index/resource_index/packages', ['resource/' + NAME])] + share_files(
        'package.xml', 'launch/*.launch.py', 'config/*', 'models/*/*'),
    install_requires=['setuptools'],
    # `colcon test` runs pytest where it is named here, and nothing, without a word, where it is not.
    extras_require={'test': ['pytest', 'pytest-timeout']},
    zip_safe=False,
    entry_points={
        'console_scripts': [
            'camera_node = face_perception.start:camera_node',
            'detector_node = face_perception.start:detector_node',
            'landmark_node = face_perception.start:landmark_node',
            'overlay_node = face_perception.start:overlay_node',
            'health_check = face_perception.start:health_check',
            'face-perception = face_perception.start:face_perception',
        ],
    },
)
