# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for launch and launch_ros, with the signatures of ROS 2 Humble, to read launch files without ROS.

    with installed():
        result = expand('launch/nano.launch.py', camera='0')

They do what a launch file of ours needs: arguments, scopes, includes and functions are followed as the
real ones do, and the nodes that would start are noted.  What they do not know raises TypeError or
AttributeError.
"""
import contextlib
import importlib.util
import sys
import types

import pytest


class LaunchDescription:
    def __init__(self, initial_entities=None):
        self.entities = list(initial_entities or [])


class Context:
    """launch_configurations: {name: value} as in launch.LaunchContext."""

    def __init__(self, configurations):
        self.launch_configurations = dict(configurations)


class LaunchConfiguration:
    def __init__(self, variable_name, *, default=None):
        self.variable_name, self.default = variable_name, default

    def perform(self, context):
        if self.variable_name in context.launch_configurations:
            return context.launch_configurations[self.variable_name]
        if self.default is None:
            raise LookupError('launch configuration {!r} does not exist'.format(self.variable_name))
        return self.default


class Action:
    def __init__(self, *, condition=None):
        self.condition = condition


class DeclareLaunchArgument(Action):
    def __init__(self, name, *, default_value=None, description=None, choices=None, **kwargs):
        super().__init__(**kwargs)
        self.name, self.default_value = name, default_value
        self.description, self.choices = description, choices


class OpaqueFunction(Action):
    def __init__(self, *, function, args=None, kwargs=None, **left_over_kwargs):
        super().__init__(**left_over_kwargs)
        self.function, self.args, self.kwargs = function, args or [], kwargs or {}


class LogInfo(Action):
    def __init__(self, *, msg, **kwargs):
        super().__init__(**kwargs)
        self.msg = msg


class Shutdown(Action):
    def __init__(self, *, reason='reason not given', **kwargs):
        super().__init__(**kwargs)
        self.reason = reason


class TimerAction(Action):
    def __init__(self, *, period, actions, **kwargs):
        super().__init__(**kwargs)
        self.period, self.actions = period, list(actions)


class GroupAction(Action):
    def __init__(self, actions, *, scoped=True, forwarding=True, launch_configurations=None, **kwargs):
        super().__init__(**kwargs)
        self.actions, self.scoped = list(actions), scoped


class PythonLaunchDescriptionSource:
    def __init__(self, launch_file_path):
        self.launch_file_path = launch_file_path


class IncludeLaunchDescription(Action):
    def __init__(self, launch_description_source, *, launch_arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.source, self.launch_arguments = launch_description_source, list(launch_arguments or [])


class ParameterValue:
    def __init__(self, value, *, value_type=None):
        self.value, self.value_type = value, value_type


class Node(Action):
    def __init__(self, *, executable, package=None, name=None, namespace=None, exec_name=None,
                 parameters=None, remappings=None, ros_arguments=None, arguments=None, output='log',
                 emulate_tty=False, respawn=False, additional_env=None, on_exit=None, condition=None):
        super().__init__(condition=condition)
        self.package, self.executable, self.name, self.namespace = package, executable, name, namespace
        self.parameters, self.remappings = list(parameters or []), list(remappings or [])
        self.on_exit = on_exit
        self.ros_arguments, self.arguments = list(ros_arguments or []), list(arguments or [])


class PackageNotFoundError(KeyError):
    pass


def get_package_prefix(package_name):
    if package_name in PACKAGES:
        return '/opt/ros'
    raise PackageNotFoundError(package_name)


PACKAGES = set()
MODULES = {
    'launch': [LaunchDescription],
    'launch.actions': [DeclareLaunchArgument, GroupAction, IncludeLaunchDescription, LogInfo, OpaqueFunction, Shutdown,
                       TimerAction],
    'launch.launch_description_sources': [PythonLaunchDescriptionSource],
    'launch.substitutions': [LaunchConfiguration],
    'launch_ros': [],
    'launch_ros.actions': [Node],
    'launch_ros.parameter_descriptions': [ParameterValue],
    'ament_index_python': [],
    'ament_index_python.packages': [PackageNotFoundError, get_package_prefix],
}


@contextlib.contextmanager
def installed(packages=()):
    """Put the stand-ins where `import launch` finds them; packages: names that ament knows."""
    with pytest.MonkeyPatch.context() as patch:
        for name, members in MODULES.items():
            module = types.ModuleType(name)
            for member in members:
                setattr(module, member.__name__, member)
            patch.setitem(sys.modules, name, module)
        PACKAGES.clear()
        PACKAGES.update(packages)
        yield


class Expanded:
    """arguments: {name: DeclareLaunchArgument}; nodes: Nodes that would start; said: texts of LogInfo."""

    def __init__(self):
        self.arguments, self.nodes, self.said = {}, [], []


def expand(path, **given):
    """Follow a launch file with the arguments given, as `ros2 launch` would."""
    result = Expanded()
    _visit(_load(path).entities, Context(given), result)
    return result


def text(value, context):
    """Return a string or substitution as a string."""
    return value.perform(context) if isinstance(value, LaunchConfiguration) else value


def _load(path):
    spec = importlib.util.spec_from_file_location('launch_file', str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.generate_launch_description()


def _visit(entities, context, result):
    for entity in entities:
        _ACTIONS[type(entity)](entity, context, result)


def _declare(argument, context, result):
    result.arguments.setdefault(argument.name, argument)
    if argument.name not in context.launch_configurations:
        if argument.default_value is None:
            raise LookupError('required argument {!r} is missing'.format(argument.name))
        context.launch_configurations[argument.name] = text(argument.default_value, context)
    value = context.launch_configurations[argument.name]
    if argument.choices is not None and value not in argument.choices:
        raise ValueError('argument {!r}: {!r} is not one of {}'.format(
            argument.name, value, argument.choices))


def _group(group, context, result):
    before = dict(context.launch_configurations)
    _visit(group.actions, context, result)
    if group.scoped:
        context.launch_configurations = before


def _include(include, context, result):
    for name, value in include.launch_arguments:
        context.launch_configurations[name] = text(value, context)
    _visit(_load(include.source.launch_file_path).entities, context, result)


_ACTIONS = {
    DeclareLaunchArgument: _declare,
    GroupAction: _group,
    IncludeLaunchDescription: _include,
    OpaqueFunction: lambda action, context, result: _visit(
        action.function(context, *action.args, **action.kwargs) or [], context, result),
    LogInfo: lambda action, context, result: result.said.append(action.msg),
    Node: lambda action, context, result: result.nodes.append(action),
}
