# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The large-image setting: chosen by release and discovery range, and never against the user.

That it works is shown by test/integration/test_large_images.py with real processes.
"""
import xml.etree.ElementTree as ElementTree

import pytest

from face_perception.ros import transport
from face_perception.ros.transport import prepare_transport


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    folder = tmp_path / 'tmp'
    folder.mkdir()
    monkeypatch.setattr(transport.tempfile, 'tempdir', str(folder))
    return folder


def prepared(tmp_path, **environ):
    said = prepare_transport(environ, folder=str(tmp_path))
    assert said
    return environ


def test_an_empty_environment_gets_the_variable(tmp_path):
    assert prepared(tmp_path) == {'FASTDDS_BUILTIN_TRANSPORTS': 'DEFAULT?sockets_size=4MB'}


def test_a_second_call_changes_nothing(tmp_path):
    once = prepared(tmp_path)
    assert prepared(tmp_path, **once) == once


@pytest.mark.parametrize('environ', [
    {'FASTDDS_BUILTIN_TRANSPORTS': 'UDPv4'},
    {'FASTDDS_DEFAULT_PROFILES_FILE': '/etc/mine.xml'},
    {'FASTRTPS_DEFAULT_PROFILES_FILE': '/etc/mine.xml'},
    {'RMW_IMPLEMENTATION': 'rmw_cyclonedds_cpp'},
    {'RMW_IMPLEMENTATION': 'rmw_zenoh_cpp', 'ROS_DISTRO': 'humble'},
    {'FASTDDS_BUILTIN_TRANSPORTS': 'SHM', 'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST'},
])
def test_what_the_user_has_set_is_left_alone(tmp_path, environ):
    assert prepared(tmp_path, **environ) == environ


@pytest.mark.parametrize('name', ['DEFAULT_FASTDDS_PROFILES.xml', 'DEFAULT_FASTRTPS_PROFILES.xml'])
def test_a_profile_in_the_working_folder_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text('<profiles/>')
    assert prepared(tmp_path) == {}


def test_fast_dds_named_as_the_middleware_gets_the_variable(tmp_path):
    assert transport.BUILTIN_TRANSPORTS in prepared(tmp_path, RMW_IMPLEMENTATION='rmw_fastrtps_cpp')


def transports(path):
    """Return (transports of the participant, whether the built-in ones are switched off)."""
    names = {'dds': 'http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles'}
    root = ElementTree.parse(path).getroot()
    defined = {entry.findtext('dds:transport_id', None, names): entry
               for entry in root.iterfind('.//dds:transport_descriptor', names)}
    used = [entry.text for entry in root.iterfind('.//dds:userTransports/dds:transport_id', names)]
    assert set(used) == set(defined)
    sizes = {defined[name].findtext('dds:type', None, names):
             defined[name].findtext('dds:segment_size', None, names) for name in used}
    return sizes, root.findtext('.//dds:useBuiltinTransports', None, names) == 'false'


def profile_of(environ):
    """Return the profile that is set, under the name by which the distribution looks for it."""
    names = {'FASTDDS_DEFAULT_PROFILES_FILE', 'FASTRTPS_DEFAULT_PROFILES_FILE'}
    expected = {None: names, 'kilted': {'FASTDDS_DEFAULT_PROFILES_FILE'}}.get(
        environ.get('ROS_DISTRO'), {'FASTRTPS_DEFAULT_PROFILES_FILE'})
    assert names & set(environ) == expected
    profiles = {environ[name] for name in expected}
    assert len(profiles) == 1
    return profiles.pop()


@pytest.mark.parametrize('environ', [
    {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST'},
    {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST', 'ROS_DISTRO': 'jazzy'},
    {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'a word that rcl takes for LOCALHOST'},
    {'ROS_LOCALHOST_ONLY': '1', 'ROS_DISTRO': 'kilted'},
])
def test_discovery_on_this_machine_alone_gets_a_profile_that_adds_shared_memory(tmp_path, environ):
    after = prepared(tmp_path, **environ)
    assert transport.BUILTIN_TRANSPORTS not in after
    assert transports(profile_of(after)) == ({'SHM': '8388608'}, False)


@pytest.mark.parametrize('distribution', ['humble', 'iron'])
def test_an_older_release_gets_a_profile_with_all_transports(tmp_path, distribution):
    after = prepared(tmp_path, ROS_DISTRO=distribution, ROS_AUTOMATIC_DISCOVERY_RANGE='SUBNET')
    assert transport.BUILTIN_TRANSPORTS not in after
    sizes, without_builtin = transports(profile_of(after))
    assert sizes == {'SHM': '8388608', 'UDPv4': None}
    assert without_builtin


def test_an_older_release_on_this_machine_alone_keeps_the_middlewares_own_udp(tmp_path):
    after = prepared(tmp_path, ROS_DISTRO='humble', ROS_LOCALHOST_ONLY='1')
    assert transports(profile_of(after)) == ({'SHM': '8388608'}, False)


@pytest.mark.parametrize('discovery', ['SUBNET', 'SYSTEM_DEFAULT', 'OFF', ''])
def test_other_discovery_ranges_keep_the_variable(tmp_path, discovery):
    assert transport.BUILTIN_TRANSPORTS in prepared(tmp_path, ROS_AUTOMATIC_DISCOVERY_RANGE=discovery)


def test_a_temporary_folder_that_cannot_be_written_is_no_disaster(tmp_path, monkeypatch):
    monkeypatch.setattr(transport.tempfile, 'tempdir', str(tmp_path / 'absent'))
    environ = {'ROS_LOCALHOST_ONLY': '1'}
    assert 'may get lost' in prepare_transport(environ, folder=str(tmp_path))
    assert environ == {'ROS_LOCALHOST_ONLY': '1'}


def test_the_profile_is_written_again_without_leftovers(temporary_folder):
    first = transport.write_profile(True)
    assert transport.write_profile(True) == first
    assert transport.write_profile(False) != first
    assert len(list(temporary_folder.iterdir())) == 2
