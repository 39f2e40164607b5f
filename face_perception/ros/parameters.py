# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Declares the parameters of a table on a node and keeps them within it."""
from typing import Any, Callable, Dict, Optional, Sequence

from face_perception.parameter_tables import TABLES, Entry, ParameterError, Value, unknown_parameter


def declare_parameters(node: Any, table: Sequence[Entry],
                       accepted: Optional[Callable[[], None]] = None) -> Dict[str, Value]:
    """Declare the parameters of ``table`` and keep later values within it.

    Args:
        node: rclpy node.
        table: the parameters.
        accepted: called after later values were accepted; they may not be set yet, and must not be set here.

    Returns:
        {name: value} as started with.

    Raises:
        ParameterError: a start value outside the table.
    """
    values = {entry.name: _declare(node, entry) for entry in table}
    node.add_on_set_parameters_callback(_validator(table, accepted))
    return values


def _declare(node: Any, entry: Entry) -> Value:
    """Declare one parameter; return its start value, an integer turned into what the table says."""
    from rcl_interfaces.msg import ParameterDescriptor
    from rclpy.exceptions import ParameterException

    # What was given is looked at first: rclpy would refuse 1 where a number with a decimal point is declared.
    given = node.declare_parameter(entry.name, entry.default, ParameterDescriptor(dynamic_typing=True)).value
    node.undeclare_parameter(entry.name)
    problem = entry.problem(given)
    if problem:
        raise ParameterError(problem)
    value = entry.value_of(given)
    try:
        node.declare_parameter(entry.name, value, _descriptor(entry), ignore_override=True)
    except ParameterException as error:
        raise ParameterError('Parameter {}: {}'.format(entry.name, error.args[0] if error.args else error))
    return value


def unknown_overrides(node: Any) -> Dict[str, str]:
    """Return {name: words} of the start values given for a node that neither it nor another node of ours takes.

    A file whose values are for all nodes (``/**``) holds names that only some of them know.
    """
    given = getattr(node, '_parameter_overrides', {})     # rclpy has no other way to ask
    known = [entry.name for table in TABLES.values() for entry in table]
    own = {name for name in given if node.has_parameter(name)}
    words = {name: unknown_parameter(name, known) for name in given if name not in own}
    return {name: said for name, said in words.items() if said}


def _validator(table: Sequence[Entry], accepted: Optional[Callable[[], None]]) -> Callable[[Any], Any]:
    """Return the callback that rclpy asks before it sets parameters; it only validates."""
    from rcl_interfaces.msg import SetParametersResult

    entries = {entry.name: entry for entry in table}

    def validate(parameters: Any) -> Any:
        # Names that are not in the table (use_sim_time, qos_overrides.*) are not ours to judge.
        ours = [parameter for parameter in parameters if parameter.name in entries]
        for parameter in ours:
            problem = entries[parameter.name].problem(parameter.value)
            if problem:
                return SetParametersResult(successful=False, reason=problem)
        if ours and accepted is not None:
            accepted()
        return SetParametersResult(successful=True)

    return validate


def _descriptor(entry: Entry) -> Any:
    """Return the rcl_interfaces ParameterDescriptor of one entry."""
    from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor

    descriptor = ParameterDescriptor(
        description=entry.meaning, read_only=not entry.live,
        dynamic_typing=entry.number_too, additional_constraints=entry.range_text())
    if entry.minimum is not None:
        # A descriptor holds one interval: it includes the special value, the validator does the rest.
        bounds = [entry.minimum, entry.maximum] + ([] if entry.special is None else [entry.special])
        if isinstance(entry.default, float):
            descriptor.floating_point_range = [
                FloatingPointRange(from_value=float(min(bounds)), to_value=float(max(bounds)), step=0.0)]
        else:
            descriptor.integer_range = [
                IntegerRange(from_value=int(min(bounds)), to_value=int(max(bounds)), step=0)]
    return descriptor
