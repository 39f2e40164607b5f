# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What makes large images arrive.

Fast DDS hands messages to processes of the same machine through a shared memory segment of 512 KiB.
A camera image is larger: its fragments overwrite each other before the receiver has taken them, and a
best-effort subscriber (the usual one for images) sees one frame in a hundred.  A larger segment on the
side of the publisher is enough, whatever the subscriber does; it is set when a process makes its first
participant, so `prepare_transport` has to run before ``rclpy.init``.

Only ``rmw_fastrtps`` reads these settings, and there are two ways to say the same, because each has a
blind spot: the variable FASTDDS_BUILTIN_TRANSPORTS takes a size since Fast DDS 2.14 (Jazzy), and it is
ignored while discovery is limited to this machine, where the middleware replaces the built-in transports.
There, and before Jazzy, an XML profile is used.
"""
import os
import tempfile
from typing import MutableMapping, Optional, Tuple

BUILTIN_TRANSPORTS = 'FASTDDS_BUILTIN_TRANSPORTS'
# Fast DDS makes the segment twice as large: 8 MB, enough for 1920x1080 and small beside the
# 64 MB of /dev/shm that a container gets.
TRANSPORT = 'DEFAULT?sockets_size=4MB'
SEGMENT_BYTES = 2 * 4 * 1024 * 1024

# Fast DDS 3 (Kilted and later) reads the first and warns about the second, which Fast DDS 2 reads.
PROFILE_VARIABLES = ('FASTDDS_DEFAULT_PROFILES_FILE', 'FASTRTPS_DEFAULT_PROFILES_FILE')
PROFILE_FILES = ('DEFAULT_FASTDDS_PROFILES.xml', 'DEFAULT_FASTRTPS_PROFILES.xml')
BEFORE_JAZZY = ('humble', 'iron')
WITH_FAST_DDS_2 = BEFORE_JAZZY + ('jazzy',)

NOT_WRITTEN = 'No transport profile could be written'
"""How the sentence of `prepare_transport` begins when large images may get lost."""


def prepare_transport(environ: Optional[MutableMapping[str, str]] = None, folder: str = '.') -> str:
    """Set this process up for large images; call it before ``rclpy.init``.

    What the user has set (the variable, an XML profile by variable or in the working folder, another
    middleware) is left alone.

    environ: mapping that is read and changed, ``os.environ`` by default.
    folder: working folder, where Fast DDS looks for a default profile.
    Returns a sentence saying what holds now.
    """
    environ = os.environ if environ is None else environ
    middleware = environ.get('RMW_IMPLEMENTATION', '')
    if middleware and 'fastrtps' not in middleware:
        return f'{middleware} is used as it is.'
    for variable in (BUILTIN_TRANSPORTS,) + PROFILE_VARIABLES:
        if environ.get(variable):
            return f'{variable}={environ[variable]} is used as the user set it.'
    for name in PROFILE_FILES:
        if os.path.exists(os.path.join(folder, name)):
            return f'{name} of the working folder is used.'

    before_jazzy = environ.get('ROS_DISTRO') in BEFORE_JAZZY
    local = _is_local(environ, before_jazzy)
    if not before_jazzy and not local:
        environ[BUILTIN_TRANSPORTS] = TRANSPORT
        return f'{BUILTIN_TRANSPORTS}={TRANSPORT}'
    try:
        path = write_profile(local)
    except OSError as error:
        return f'{NOT_WRITTEN} ({error}): large images may get lost.'
    variables = profile_variables(environ.get('ROS_DISTRO'))
    for variable in variables:
        environ[variable] = path
    return f'{variables[0]}={path}'


def profile_variables(distribution: Optional[str]) -> Tuple[str, ...]:
    """Return the names of the variables by which a ROS distribution (None: unknown) finds a profile."""
    if not distribution:
        return PROFILE_VARIABLES
    return PROFILE_VARIABLES[1:] if distribution in WITH_FAST_DDS_2 else PROFILE_VARIABLES[:1]


def _is_local(environ: MutableMapping[str, str], before_jazzy: bool) -> bool:
    """Tell whether discovery is limited to this machine."""
    if environ.get('ROS_LOCALHOST_ONLY') == '1':
        return True
    # rcl takes a word that it does not know for LOCALHOST.
    return not before_jazzy and environ.get('ROS_AUTOMATIC_DISCOVERY_RANGE', '') not in (
        '', 'SUBNET', 'SYSTEM_DEFAULT', 'OFF')


def profile(local: bool) -> str:
    """Return the text of a Fast DDS XML profile whose shared memory segment holds large images.

    local: discovery is limited to this machine. Then the middleware adds its own transports to those of
    the profile; otherwise the profile has to name all of them.
    """
    udp, use = '', ''
    if not local:
        udp = _UDP
        use = '        <transport_id>udp</transport_id>\n'
    builtin = '' if local else '      <useBuiltinTransports>false</useBuiltinTransports>\n'
    return _PROFILE.format(segment=SEGMENT_BYTES, udp=udp, use=use, builtin=builtin)


def write_profile(local: bool, folder: Optional[str] = None) -> str:
    """Write `profile` into the temporary folder and return its path (raises OSError).

    It is one file per user and kind; writing it again changes nothing, and no reader sees half of it.
    """
    folder = tempfile.gettempdir() if folder is None else folder
    path = os.path.join(folder, 'face_perception_fastdds_{}_{}.xml'.format(
        'local' if local else 'all', os.getuid()))
    handle, part = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, 'w') as file:
            file.write(profile(local))
        os.replace(part, path)
    except OSError:
        os.unlink(part)
        raise
    return path


_UDP = """    <transport_descriptor>
      <transport_id>udp</transport_id>
      <type>UDPv4</type>
    </transport_descriptor>
"""

_PROFILE = """<?xml version="1.0" encoding="UTF-8" ?>
<profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <transport_descriptors>
    <transport_descriptor>
      <transport_id>large_shared_memory</transport_id>
      <type>SHM</type>
      <segment_size>{segment}</segment_size>
    </transport_descriptor>
{udp}  </transport_descriptors>
  <participant profile_name="face_perception" is_default_profile="true">
    <rtps>
      <userTransports>
        <transport_id>large_shared_memory</transport_id>
{use}      </userTransports>
{builtin}    </rtps>
  </participant>
</profiles>
"""
