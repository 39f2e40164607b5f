# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Prints the requirements that an installed ROS lacks: its own versions are as good as our pins.

    python missing_requirements.py --constraints FILE REQUIREMENTS [REQUIREMENTS ...]

A line of a requirements file says how to see it: `numpy==2.4.6  # import numpy`. The constraints written keep
pip from putting another numpy in front of the one that ROS was built with.
"""
import argparse
import importlib
import re


def requirements(path):
    """Return [(requirement, module)] of a file, in order; a name may come twice, once per Python."""
    with open(path, encoding='utf-8') as file:
        return re.findall(r'^([\w.-]+[^#\n]*?) *# import (\w+)', file.read(), re.MULTILINE)


def missing(paths):
    """Return the requirements, with pin and marker, whose modules cannot be imported, in order."""
    return [requirement for path in paths for requirement, module in requirements(path)
            if not imports(module)]


def imports(module):
    """Tell whether a module imports; one that is there and broken counts as absent."""
    try:
        importlib.import_module(module)
    except Exception:  # whatever a broken module raises
        return False
    return True


def main():
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--constraints', required=True, metavar='FILE')
    parser.add_argument('requirements', nargs='+', metavar='REQUIREMENTS')
    args = parser.parse_args()

    with open(args.constraints, 'w', encoding='utf-8') as file:
        if imports('numpy'):
            numpy = importlib.import_module('numpy').__version__
            file.write('numpy=={}\n'.format(numpy))
            if numpy.startswith('1.'):
                # Later ones want numpy 2; without this pip would look at one large wheel after the other.
                file.write('opencv-python-headless<4.12\n')
    print('\n'.join(missing(args.requirements)))


if __name__ == '__main__':
    main()
