# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""docs/rclpy_humble.md lists every name of rclpy that our code uses, and none that it does not."""
import ast
import importlib
import re

import pytest
from shared_data import ROOT

PACKAGE = ROOT / 'face_perception'
ROWS = [name for line in (ROOT / 'docs' / 'rclpy_humble.md').read_text(encoding='utf-8').splitlines()
        for name in re.findall(r'^\| `([\w.]+)` \|', line)]
# Whose members are looked for among the attributes that our code takes of anything.
CLASSES = ('lifecycle.LifecycleNode', 'lifecycle.LifecyclePublisher', 'executors.SingleThreadedExecutor', 'context.Context',
           'clock.Clock', 'time.Time', 'duration.Duration', 'subscription.Subscription', 'parameter.Parameter',
           'qos.QoSProfile', 'impl.rcutils_logger.RcutilsLogger', 'timer.Timer', 'service.Service', 'task.Future')


def trees():
    for folder in ('ros', 'nodes'):
        for path in sorted((PACKAGE / folder).glob('*.py')):
            yield path, ast.parse(path.read_text(encoding='utf-8'))


def imported(tree):
    """Return the full names that a file takes from the modules of rclpy."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] == 'rclpy':
            names |= {'{}.{}'.format(node.module, each.name) for each in node.names}
        elif isinstance(node, ast.Attribute):
            chain = dotted(node)
            if chain.startswith('rclpy.') and (chain.count('.') == 1 or chain.startswith('rclpy.logging.')):
                names.add(chain)
    return names - {'rclpy.logging'}


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return '.'.join([node.id] + parts[::-1]) if isinstance(node, ast.Name) else ''


def attributes(tree):
    """Return the names of all attributes that a file takes of anything."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_a_file_without_rclpy_uses_nothing_of_it():
    assert imported(ast.parse('import json\njson.init()')) == set()


def test_names_are_found_however_they_are_imported():
    source = 'import rclpy\nfrom rclpy.qos import QoSProfile as Q\nrclpy.init()\nrclpy.logging.get_logger("a").info("b")'
    assert imported(ast.parse(source)) == {'rclpy.init', 'rclpy.qos.QoSProfile', 'rclpy.logging.get_logger'}


def test_every_name_that_is_imported_is_in_the_table():
    used = {name for _, tree in trees() for name in imported(tree)}
    assert used == {name for name in ROWS if name.startswith('rclpy.')}


def test_every_member_that_is_used_is_in_the_table():
    pytest.importorskip('rclpy', reason='needs ROS 2')
    known = {}
    for name in CLASSES:
        module, _, kind = name.rpartition('.')
        for member in dir(getattr(importlib.import_module('rclpy.' + module), kind)):
            if not member.startswith('__'):
                known.setdefault(member, []).append('{}.{}'.format(kind, member))
    listed = {name.rpartition('.')[2] for name in ROWS}
    missing = {}
    for path, tree in trees():
        for attribute in attributes(tree) & set(known) - listed:
            missing.setdefault(path.name, []).append(known[attribute])
    assert missing == {}


def test_no_row_is_stale():
    used = {name for _, tree in trees() for name in attributes(tree)}
    defined = {node.name for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert [name for name in ROWS if not name.startswith('rclpy.') and name.rpartition('.')[2] not in used | defined] == []
    assert len(ROWS) == len(set(ROWS)) > 70
