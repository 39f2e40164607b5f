# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What makes large images arrive.

Fast DDS hands messages to processes of the same machine through a shared memory segment of 512 KiB.
A camera image is larger: its fragments overwrite each other before the receiver has taken them, and a
best-effort subscriber (the usual one for images) sees one frame in a hundred.  A larger segment on the
side of the publisher is enough, whatever the subscriber does; it is set when a process makes its first
participant, so `prepare_transport` has to run before ``rclpy.init``.

Only ``rmw_fastrtps`` reads these settings.  Fast DDS reads FASTDDS_BUILTIN_TRANSPORTS with a size since
2.14 (Jazzy and later); for older releases (Humble, Iron) the same is said in an XML profile.
"""
import os
import tempfile

BUILTIN_TRANSPORTS = 'FASTDDS_BUILTIN_TRANSPORTS'
# Fast DDS makes the segment twice as large: 8 MB, enough for 1920x1080 and small beside the
# 64 MB of /dev/shm that a container gets.
TRANSPORT = 'DEFAULT?sockets_size=4MB'
SEGMENT_BYTES = 2 * 4 * 1024 * 1024

PROFILE_VARIABLES = ('FASTDDS_DEFAULT_PROFILES_FILE', 'FASTRTPS_DEFAULT_PROFILES_FILE')
PROFILE_FILES = ('DEFAULT_FASTDDS_PROFILES.xml', 'DEFAULT_FASTRTPS_PROFILES.xml')
BEFORE_JAZZY = ('humble', 'iron')

PROFILE = """<?xml version="1.0" encoding="UTF-8" ?>
<profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <transport_descriptors>
    <transport_descriptor>
      <transport_id>large_shared_memory</transport_id>
      <type>SHM</type>
      <segment_size>{segment}</segment_size>
    </transport_descriptor>
    <transport_descriptor>
      <transport_id>udp</transport_id>
      <type>UDPv4</type>
    </transport_descriptor>
  </transport_descriptors>
  <participant profile_name="face_perception" is_default_profile="true">
    <rtps>
      <userTransports>
        <transport_id>large_shared_memory</transport_id>
        <transport_id>udp</transport_id>
      </userTransports>
      <useBuiltinTransports>false</useBuiltinTransports>
    </rtps>
  </participant>
</profiles>
""".format(segment=SEGMENT_BYTES)


def prepare_transport(environ=None, folder='.'):
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
    if environ.get('ROS_DISTRO') not in BEFORE_JAZZY:
        environ[BUILTIN_TRANSPORTS] = TRANSPORT
        return f'{BUILTIN_TRANSPORTS}={TRANSPORT}'
    if environ.get('ROS_LOCALHOST_ONLY') == '1':
        # There the middleware replaces the transports by its own, and a profile would add to them.
        return 'ROS_LOCALHOST_ONLY=1 keeps the default transports of this release: large images may get lost.'
    try:
        environ[PROFILE_VARIABLES[1]] = write_profile()
    except OSError as error:
        return f'No profile could be written ({error}): large images may get lost.'
    return f'{PROFILE_VARIABLES[1]}={environ[PROFILE_VARIABLES[1]]}'


def write_profile(folder=None):
    """Write the XML profile for Fast DDS before 2.14 and return its path (raises OSError).

    It is one file per user in the temporary folder; writing it again changes nothing, and no reader
    ever sees half of it.
    """
    folder = tempfile.gettempdir() if folder is None else folder
    path = os.path.join(folder, f'face_perception_fastdds_{os.getuid()}.xml')
    handle, part = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, 'w') as file:
        file.write(PROFILE)
    os.replace(part, path)
    return path
