# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Links this clone's package into the virtual environment that runs this: what runs is the source itself.

pip's editable installs differ with the versions of pip and setuptools, of which an installed ROS has many,
and they copy launch files, configuration and models, which then grow old. Links do neither.
"""
import ast
import os
import shutil
import sys
import sysconfig

NAME = 'face_perception'
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The first lines are shell and Python at once: an interpreter's path in a first line must not have spaces.
# Guarded: a new process that the command starts (multiprocessing) reads this file as well.
SCRIPT = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from {module} import {function}

if __name__ == '__main__':
    sys.exit({function}())
"""


def console_scripts():
    """Return {executable: 'module:function'} as setup.py declares them."""
    with open(os.path.join(ROOT, 'setup.py'), encoding='utf-8') as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(key, (ast.Str if sys.version_info < (3, 8) else ast.Constant)) \
                        and ast.literal_eval(key) == 'console_scripts':
                    return dict(entry.replace(' ', '').split('=') for entry in ast.literal_eval(value))
    raise ValueError('setup.py declares no console_scripts')


def clear(path):
    """Remove a link, file or folder that is in the way; what a link points to stays."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def link(source, target):
    """Make `target` a link to `source` in place of whatever is there."""
    clear(target)
    os.symlink(source, target)


def write_script(path, entry):
    """Write the executable that calls 'module:function'."""
    module, function = entry.split(':')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(SCRIPT.format(python=sys.executable, module=module, function=function))
    os.chmod(path, 0o755)


def main():
    """Run the command."""
    if sys.prefix == getattr(sys, 'base_prefix', sys.prefix):
        sys.exit('expected the Python of a virtual environment, got {}'.format(sys.executable))
    link(os.path.join(ROOT, NAME), os.path.join(sysconfig.get_path('purelib'), NAME))

    share = os.path.join(sys.prefix, 'share', NAME)
    clear(share)
    os.makedirs(share)
    for name in ('package.xml', 'launch', 'config', 'models'):
        link(os.path.join(ROOT, name), os.path.join(share, name))
    index = os.path.join(sys.prefix, 'share', 'ament_index', 'resource_index', 'packages')
    os.makedirs(index, exist_ok=True)
    link(os.path.join(ROOT, 'resource', NAME), os.path.join(index, NAME))

    # On PATH for people, in lib/<package> for ros2 run and launch.
    library = os.path.join(sys.prefix, 'lib', NAME)
    clear(library)
    os.makedirs(library)
    for executable, entry in sorted(console_scripts().items()):
        write_script(os.path.join(library, executable), entry)
        link(os.path.join(library, executable), os.path.join(sys.prefix, 'bin', executable))


if __name__ == '__main__':
    main()
