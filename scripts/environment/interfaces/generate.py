# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the rosidl generators of the ROS wheels.

.msg, .srv -> .idl                           rosidl_adapter
.idl       -> .json with the type hash       rosidl_generator_type_description
.idl       -> C structures and functions     rosidl_generator_c
.idl       -> CDR (de)serialisation          rosidl_typesupport_fastrtps_c
.idl       -> type support handles           rosidl_typesupport_c
.idl       -> Python classes, converters     rosidl_generator_py
"""
import contextlib
import io
import json
import re
import shutil

import rosidl_generator_c
import rosidl_generator_py
import rosidl_generator_type_description
import rosidl_typesupport_c
import rosidl_typesupport_fastrtps_c
import rosidl_typesupport_introspection_c
from rosidl_adapter.msg import convert_msg_to_idl
from rosidl_adapter.srv import convert_srv_to_idl
from rosidl_cli.command.helpers import generate_visibility_control_file

from .package import PREFIX, TYPESUPPORTS

CONVERT = {'.msg': convert_msg_to_idl, '.srv': convert_srv_to_idl}


def generate(package, share_folders):
    """Write interface files, C code and Python code of one package below `package.build`.

    share_folders: name of every package that may be referred to -> its folder of .json files.
    """
    idl_tuples, hash_tuples = write_idl(package)

    def arguments(generator, output, **extra):
        path = package.build / (generator + '__arguments.json')
        path.write_text(json.dumps(dict(
            package_name=package.name, output_dir=str(output), idl_tuples=idl_tuples,
            template_dir=str(PREFIX / 'share' / generator / 'resource'),
            ros_interface_dependencies=[], target_dependencies=[], **extra)), encoding='utf-8')
        return str(path)

    code = package.code / package.name
    rosidl_generator_type_description.generate_type_hash(arguments(
        'rosidl_generator_type_description', package.share,
        include_paths=['{}:{}'.format(name, folder) for name, folder in share_folders.items()]))
    rosidl_generator_c.generate_c(arguments(
        'rosidl_generator_c', code, type_description_tuples=hash_tuples,
        ros_interface_files=[str(path) for path in package.sources()]))
    rosidl_typesupport_fastrtps_c.generate_typesupport_fastrtps_c(
        arguments('rosidl_typesupport_fastrtps_c', code))
    # In a folder of its own: some of its file names are those of rosidl_generator_c.
    rosidl_typesupport_introspection_c.generate_c(arguments(
        'rosidl_typesupport_introspection_c', package.code / 'introspection' / package.name))
    rosidl_typesupport_c.generate_c(arguments('rosidl_typesupport_c', code), TYPESUPPORTS)

    package.python.mkdir(parents=True, exist_ok=True)
    (package.python / '__init__.py').touch()
    rosidl_generator_py.generate_py(
        arguments('rosidl_generator_py', package.python), ['rosidl_typesupport_c'])
    for generator in ['rosidl_generator_c'] + TYPESUPPORTS:
        header = generator + '__visibility_control.h'
        generate_visibility_control_file(
            package_name=package.name, output_path=code / 'msg' / header,
            template_path=PREFIX / 'share' / generator / 'resource' / (header + '.in'))


def write_idl(package):
    """Copy the sources to `package.share`, convert them to .idl; return what the generators ask for."""
    idl_tuples, hash_tuples = [], []
    for source in package.sources():
        relative = source.relative_to(package.folder)
        output = package.share / relative.parent
        output.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(source), str(output))
        with contextlib.redirect_stdout(io.StringIO()):
            CONVERT[source.suffix](package.folder, package.name, relative, output)
        idl = relative.with_suffix('.idl').as_posix()
        idl_tuples.append('{}:{}'.format(package.share, idl))
        hash_tuples.append('{}:{}'.format(idl, (package.share / relative).with_suffix('.json')))
    return idl_tuples, hash_tuples


def used_packages(package):
    """Return the names of the other packages whose types a generated package refers to."""
    text = ''.join(path.read_text(encoding='utf-8') for path in package.share.glob('*/*.json'))
    return set(re.findall(r'"([a-z][a-z0-9_]*)/(?:msg|srv)/', text)) - {package.name}
