# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Requests to the parameter services that would end a node of rclpy."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')

from node_processes import start_node  # noqa: E402
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue, SetParametersResult  # noqa: E402
from rcl_interfaces.srv import GetParameters, SetParameters, SetParametersAtomically  # noqa: E402
from ros_client import Client  # noqa: E402

from face_perception.ros.parameter_services import guard  # noqa: E402

STRANGE = Parameter(name='history', value=ParameterValue(type=99))


def integer(name, value):
    return Parameter(name=name, value=ParameterValue(type=ParameterType.PARAMETER_INTEGER, integer_value=value))


def accept(request, response):
    """Answer as rclpy does, with the type of each as reason."""
    results = [SetParametersResult(successful=True, reason=str(each.value.type)) for each in request.parameters]
    if hasattr(response, 'results'):
        response.results = results
    else:
        response.result = results[0]
    return response


def test_nothing_asked_and_other_services():
    assert guard(SetParameters, accept, ())(SetParameters.Request(), SetParameters.Response()).results == []
    assert guard(GetParameters, accept, ()) is accept


def test_each_gets_its_answer_in_its_place():
    request = SetParameters.Request(parameters=[integer('a', 1), STRANGE, integer('b', 2)])
    results = guard(SetParameters, accept, ['b'])(request, SetParameters.Response()).results
    assert [each.successful for each in results] == [True, False, True]
    assert [results[0].reason, results[2].reason] == ['2', '3']     # an integer stays one, a float becomes one
    assert '99 is no type' in results[1].reason


def test_all_or_none():
    call = guard(SetParametersAtomically, accept, ['a'])
    request = SetParametersAtomically.Request(parameters=[integer('a', 1), STRANGE])
    assert not call(request, SetParametersAtomically.Response()).result.successful
    request = SetParametersAtomically.Request(parameters=[integer('a', 1)])
    assert call(request, SetParametersAtomically.Response()).result.reason == '3'


@pytest.mark.integration
def test_a_real_node_lives_on_and_takes_an_integer_for_a_float(tmp_path):
    with Client() as client, start_node('overlay_node', tmp_path / 'log') as process:
        for service, kind in (('set_parameters', SetParameters), ('set_parameters_atomically', SetParametersAtomically)):
            answer = client.call(kind, '/overlay_node/' + service, parameters=[STRANGE])
            result = answer.results[0] if service == 'set_parameters' else answer.result
            assert not result.successful and '99' in result.reason
        answer = client.call(SetParameters, '/overlay_node/set_parameters', parameters=[integer('image_timeout', 3)])
        assert answer.results[0].successful
        got = client.call(GetParameters, '/overlay_node/get_parameters', names=['image_timeout']).values[0]
        assert (got.type, got.double_value) == (ParameterType.PARAMETER_DOUBLE, 3.0)
        assert process.stop() == 0 and 'Traceback' not in process.output()
