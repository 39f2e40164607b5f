# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles all generated code of a package into one extension module.

On Kilted the type support refers to Fast DDS directly, so nothing is looked up at run time. On Jazzy there
are two type supports, and rosidl_typesupport_c opens lib<package>__<typesupport>.so by name: empty libraries
that only depend on the extension module.
"""
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor

import numpy

from .package import PREFIX, TYPESUPPORTS

# Libraries of the wheels that generated code refers to.
BASE_LIBRARIES = ['rosidl_runtime_c', 'rosidl_typesupport_c', 'rosidl_typesupport_fastrtps_c',
                  'rosidl_typesupport_fastrtps_cpp', 'rosidl_typesupport_introspection_c', 'fastcdr',
                  'rcutils', 'rmw']


def compile_package(package, built, depends, jobs, optimisation):
    """Compile and link the extension module of `package`.

    built: packages built before, by name. depends: names of the packages whose types are used.
    """
    objects = compile_objects(package, built, jobs, optimisation)
    link = ['g++', '-shared', '-s', *objects, '-o', str(package.python / package.module),
            '-Wl,-soname,' + package.module,
            # From site-packages/<package> to the wheels' <prefix>/lib.
            '-Wl,-rpath,$ORIGIN/../../..', '-Wl,--disable-new-dtags',
            '-Wl,--as-needed', '-Wl,--allow-shlib-undefined', '-L{}'.format(PREFIX / 'lib')]
    for name in sorted(depends):
        if name in built:
            link += [str(built[name].python / built[name].module), '-Wl,-rpath,$ORIGIN/../' + name]
        else:
            link += ['-l{}__{}'.format(name, part) for part in
                     ['rosidl_generator_c', 'rosidl_generator_py', 'rosidl_typesupport_c'] + TYPESUPPORTS]
    run(link + ['-l' + library for library in BASE_LIBRARIES])
    link_stand_ins(package)


def compile_objects(package, built, jobs, optimisation):
    """Compile the generated files, several at once; return the paths of the object files."""
    includes = [PREFIX / 'include', numpy.get_include(), sysconfig.get_path('include')]
    includes += [path for path in (PREFIX / 'include').iterdir() if path.is_dir()]
    for each in [package] + list(built.values()):
        includes += [each.code, each.code / 'introspection']
    flags = [optimisation, '-fPIC', '-DNDEBUG', '-w'] + ['-I{}'.format(path) for path in includes]

    folder = package.build / 'objects'
    folder.mkdir(parents=True, exist_ok=True)
    # The C++ files are cheap in themselves but not their headers: compile them as one.
    unity = package.build / 'all_typesupport.cpp'
    unity.write_text(''.join('#include "{}"\n'.format(path) for path in sorted(package.code.rglob('*.cpp'))),
                     encoding='utf-8')
    units = [unity] + sorted(package.code.rglob('*.c')) + sorted(package.python.rglob('*.c'))

    def compile_one(numbered):
        number, unit = numbered
        compiler = ['g++', '-std=c++17'] if unit.suffix == '.cpp' else ['gcc', '-std=gnu11']
        target = folder / '{}_{}.o'.format(number, unit.stem)
        run(compiler + flags + ['-c', str(unit), '-o', str(target)])
        return str(target)

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(compile_one, enumerate(units)))


def link_stand_ins(package):
    """Link the empty libraries by which rosidl_typesupport_c finds the extension module."""
    site = 'python{}.{}/site-packages'.format(*sys.version_info)
    for typesupport in TYPESUPPORTS:
        run(['gcc', '-shared', '-s', '-x', 'c', '/dev/null', '-x', 'none',
             '-Wl,--no-as-needed', str(package.python / package.module), '-Wl,--allow-shlib-undefined',
             '-Wl,-rpath,$ORIGIN/{}/{}'.format(site, package.name), '-Wl,--disable-new-dtags',
             '-o', str(package.build / 'lib{}__{}.so'.format(package.name, typesupport))])


def run(command):
    """Run a compiler; its own words say what went wrong."""
    subprocess.run(command, check=True)
