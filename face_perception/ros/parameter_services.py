# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Stands between a node's parameter services and requests that rclpy raises over.

One value of an unknown type in a request ends a node of rclpy: the exception of the conversion passes through the
executor.  And an integer for a parameter that is a number with a decimal point is refused, which no user expects.
"""
from typing import Any, Callable, Collection

from rcl_interfaces.msg import ParameterType, SetParametersResult
from rcl_interfaces.srv import SetParameters, SetParametersAtomically

KNOWN_TYPES = range(ParameterType.PARAMETER_NOT_SET, ParameterType.PARAMETER_STRING_ARRAY + 1)


def guard(service_type: Any, callback: Callable[..., Any], floats: Collection[str]) -> Callable[..., Any]:
    """Return the callback of a service, guarded if it is one that sets parameters.

    floats: names of the parameters that take an integer for a float.
    """
    if service_type is SetParameters:
        return lambda request, response: _each(callback, request, response, floats)
    if service_type is SetParametersAtomically:
        return lambda request, response: _all_or_none(callback, request, response, floats)
    return callback


def _each(callback: Callable[..., Any], request: Any, response: Any, floats: Collection[str]) -> Any:
    """Set those that can be; answer for the others in their place."""
    refused = [_problem(parameter) for parameter in request.parameters]
    request.parameters = [_converted(parameter, floats)
                          for parameter, problem in zip(request.parameters, refused) if not problem]
    answered = iter(callback(request, response).results)
    response.results = [SetParametersResult(successful=False, reason=problem) if problem else next(answered)
                        for problem in refused]
    return response


def _all_or_none(callback: Callable[..., Any], request: Any, response: Any, floats: Collection[str]) -> Any:
    refused = [problem for problem in map(_problem, request.parameters) if problem]
    if refused:
        response.result = SetParametersResult(successful=False, reason=refused[0])
        return response
    request.parameters = [_converted(parameter, floats) for parameter in request.parameters]
    return callback(request, response)


def _problem(parameter: Any) -> str:
    kind = parameter.value.type
    return '' if kind in KNOWN_TYPES else 'Parameter {}: {} is no type of rcl_interfaces/msg/ParameterType.'.format(
        ascii(parameter.name), kind)


def _converted(parameter: Any, floats: Collection[str]) -> Any:
    value = parameter.value
    if value.type == ParameterType.PARAMETER_INTEGER and parameter.name in floats:
        value.type, value.double_value = ParameterType.PARAMETER_DOUBLE, float(value.integer_value)
    return parameter
