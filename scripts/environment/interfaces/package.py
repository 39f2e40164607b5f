# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of one interface package and of the ROS wheels it is built with."""
import pathlib
import re
import sys
from typing import NamedTuple

PREFIX = pathlib.Path(sys.prefix)

# rmw_fastrtps_cpp serialises with the first. Jazzy's also asks for the second, and Kilted's complains on stderr
# where it is missing.
TYPESUPPORTS = ['rosidl_typesupport_fastrtps_c', 'rosidl_typesupport_introspection_c']


class Package(NamedTuple):
    """One interface package and the folders it is built in."""

    name: str
    version: str
    folder: pathlib.Path  # with package.xml, msg/ and srv/
    build: pathlib.Path   # everything made on the way

    @property
    def share(self):
        """Folder of the .msg, .idl and .json files that are installed."""
        return self.build / 'share' / self.name

    @property
    def code(self):
        """Folder of generated C and C++; an include path, too."""
        return self.build / 'code'

    @property
    def python(self):
        """Folder of the Python package."""
        return self.build / 'python' / self.name

    @property
    def module(self):
        """File name of the one extension module, the name that rclpy imports."""
        return self.name + '_s__rosidl_typesupport_c.so'

    def sources(self):
        """Return the .msg and .srv files."""
        return sorted(self.folder.glob('msg/*.msg')) + sorted(self.folder.glob('srv/*.srv'))


def read_package(folder, build_dir):
    """Read name and version from a folder's package.xml and check that there is something to build."""
    folder = pathlib.Path(folder).resolve()
    text = (folder / 'package.xml').read_text(encoding='utf-8')
    name, version = (re.search(r'<{0}>\s*([^<\s]+)\s*</{0}>'.format(tag), text).group(1)
                     for tag in ('name', 'version'))
    package = Package(name, version, folder, pathlib.Path(build_dir) / name)
    if not package.sources():
        raise ValueError('{} has neither msg/*.msg nor srv/*.srv'.format(folder))
    return package
