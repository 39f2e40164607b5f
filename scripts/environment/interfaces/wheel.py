# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Packs a built interface package as a wheel: module, interface files, ament index entries."""
import base64
import hashlib
import pathlib
import sys
import sysconfig
import zipfile


def write_wheel(package, depends, wheel_dir):
    """Write the wheel of a compiled package into `wheel_dir`; return its path."""
    python_tag = 'cp{}{}'.format(*sys.version_info)
    platform = sysconfig.get_platform().replace('-', '_').replace('.', '_')
    tag = '{0}-{0}-{1}'.format(python_tag, platform)
    files = wheel_files(package, depends, tag)

    wheel_dir = pathlib.Path(wheel_dir)
    wheel_dir.mkdir(parents=True, exist_ok=True)
    wheel = wheel_dir / '{}-{}-{}.whl'.format(package.name, package.version, tag)
    with zipfile.ZipFile(str(wheel), 'w', zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            # A fixed time stamp keeps the wheel the same for the same input.
            entry = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if path.endswith('.so') else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return wheel


def wheel_files(package, depends, tag):
    """Return path in the wheel -> bytes, the list of contents last."""
    stem = '{}-{}'.format(package.name, package.version)
    data, info = stem + '.data/data', stem + '.dist-info'
    files = {}

    def add(path, content):
        files[path] = content.encode() if isinstance(content, str) else content

    for path in sorted(package.python.rglob('*')):
        if path.suffix in ('.py', '.so'):
            add('{}/{}'.format(package.name, path.relative_to(package.python).as_posix()), path.read_bytes())
    for path in sorted(package.build.glob('lib*.so')):
        add('{}/lib/{}'.format(data, path.name), path.read_bytes())

    interfaces = [path for path in sorted(package.share.rglob('*')) if path.is_file()]
    names = [path.relative_to(package.share).as_posix() for path in interfaces]
    for path, name in zip(interfaces, names):
        add('{}/share/{}/{}'.format(data, package.name, name), path.read_bytes())
    add('{}/share/{}/package.xml'.format(data, package.name), (package.folder / 'package.xml').read_bytes())

    index = data + '/share/ament_index/resource_index'
    add('{}/packages/{}'.format(index, package.name), '')
    add('{}/rosidl_interfaces/{}'.format(index, package.name), '\n'.join(names) + '\n')
    add('{}/package_run_dependencies/{}'.format(index, package.name), ';'.join(sorted(depends)))

    add(info + '/METADATA',
        'Metadata-Version: 2.1\nName: {}\nVersion: {}\n'.format(package.name, package.version))
    add(info + '/WHEEL', 'Wheel-Version: 1.0\nGenerator: build_interfaces\n'
                         'Root-Is-Purelib: false\nTag: {}\n'.format(tag))
    record = ''.join('{},sha256={},{}\n'.format(path, digest(content), len(content))
                     for path, content in files.items())
    add(info + '/RECORD', '{}{}/RECORD,,\n'.format(record, info))
    return files


def digest(content):
    """Return the sha256 of bytes in the spelling of a wheel's RECORD."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()
