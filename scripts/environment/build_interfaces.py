#!/usr/bin/env python3
# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Build ROS 2 interface packages into Python wheels, without colcon or CMake.

    python build_interfaces.py [options] PACKAGE_FOLDER [PACKAGE_FOLDER ...]

Each folder is an ordinary ROS interface package: package.xml, msg/*.msg and srv/*.srv. List a package after
those it uses. The generators come with the rclpy wheels; gcc and g++ compile what they write. The wheels made
here fit this Python and this ROS distribution only.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

from interfaces.compile import compile_package
from interfaces.generate import generate, used_packages
from interfaces.package import PREFIX, read_package
from interfaces.wheel import write_wheel


def build(folders, build_dir, wheel_dir, jobs, optimisation):
    """Build the packages in the given order; return the paths of their wheels."""
    share_folders = {path.name: path for path in (PREFIX / 'share').iterdir() if path.is_dir()}
    built, wheels = {}, []
    for folder in folders:
        start = time.monotonic()
        package = read_package(folder, build_dir)
        shutil.rmtree(str(package.build), ignore_errors=True)
        package.build.mkdir(parents=True)
        generate(package, share_folders)
        generated = time.monotonic()
        share_folders[package.name] = package.share
        depends = used_packages(package)
        compile_package(package, built, depends, jobs, optimisation)
        built[package.name] = package
        wheels.append(write_wheel(package, depends, wheel_dir))
        print('{}: generated in {:.1f} s, compiled in {:.1f} s'.format(
            package.name, generated - start, time.monotonic() - generated), flush=True)
    return wheels


def main():
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('packages', nargs='+', type=pathlib.Path, metavar='PACKAGE_FOLDER')
    parser.add_argument('--build-dir', type=pathlib.Path, default=pathlib.Path('build/interfaces'))
    parser.add_argument('--wheel-dir', type=pathlib.Path, default=pathlib.Path('build/wheels'))
    parser.add_argument('--install', action='store_true', help='install the wheels into this Python')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='compilers at once')
    parser.add_argument('--opt', default='-O2', help='optimisation flag (default %(default)s)')
    args = parser.parse_args()

    wheels = build(args.packages, args.build_dir.resolve(), args.wheel_dir, args.jobs, args.opt)
    if args.install:
        subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', '--disable-pip-version-check',
                        '--no-deps', '--no-index', '--force-reinstall', *map(str, wheels)], check=True)


if __name__ == '__main__':
    main()
