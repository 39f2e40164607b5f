# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads Python source and says where it breaks the rules of the rooms; test_layers.py applies it."""
import ast
import sys

PACKAGE = 'face_perception'

MESSAGES = {'builtin_interfaces', 'diagnostic_msgs', 'face_perception_msgs', 'geometry_msgs',
            'lifecycle_msgs', 'rcl_interfaces', 'sensor_msgs', 'std_msgs', 'std_srvs', 'vision_msgs'}
ENGINES = {'onnxruntime', 'tensorrt', 'pycuda'}

# Room -> (rooms or modules of ours it may import, packages of others). A room may always import itself.
ROOMS = {
    '__init__': (set(), set()),
    'core': (set(), {'numpy', 'cv2'}),
    'models': ({'core'}, {'numpy'}),
    'backends': ({'core', 'models'}, {'numpy', 'cv2'} | ENGINES),
    'media': ({'core'}, {'numpy', 'cv2'}),
    'cameras': ({'core', 'media'}, {'numpy', 'cv2'}),
    'pipeline': ({'core', 'models', 'backends', 'cameras'}, {'numpy'}),
    'ros': ({'core'}, {'numpy', 'cv2', 'cv_bridge', 'rclpy', 'ament_index_python', 'yaml'} | MESSAGES),
    'api': ({'core', 'backends', 'models'}, {'numpy', 'cv2'}),
    'nodes': ({'ros', 'core', 'backends', 'cameras', 'pipeline', 'media', 'api', 'models'},
              {'numpy', 'cv2', 'rclpy'} | MESSAGES),
    'cli': ({'core', 'backends', 'cameras', 'pipeline', 'media', 'api', 'models'}, {'numpy', 'cv2'}),
}

# Standard library that Python 3.6 does not have.
NEWER_MODULES = {'contextvars', 'dataclasses', 'graphlib', 'importlib.metadata', 'importlib.resources',
                 'tomllib', 'zoneinfo'}
NEWER_NAMES = {
    'typing': {'Annotated', 'Concatenate', 'Final', 'ForwardRef', 'Literal', 'LiteralString', 'Never',
               'OrderedDict', 'ParamSpec', 'Protocol', 'Self', 'TypeAlias', 'TypeGuard', 'TypedDict',
               'Unpack', 'final', 'runtime_checkable'},
    'time': {'clock_gettime_ns', 'monotonic_ns', 'perf_counter_ns', 'process_time_ns', 'thread_time',
             'time_ns'},
    'functools': {'cache', 'cached_property', 'singledispatchmethod'},
    'contextlib': {'aclosing', 'AsyncExitStack', 'chdir', 'nullcontext'},
    'math': {'comb', 'dist', 'hypot3', 'isqrt', 'lcm', 'nextafter', 'perm', 'prod'},
    'queue': {'SimpleQueue'},
    'shlex': {'join'},
    'asyncio': {'run', 'to_thread', 'get_running_loop', 'create_task'},
    'itertools': {'pairwise', 'batched'},
    'threading': {'excepthook', 'get_native_id'},
    'signal': {'raise_signal', 'strsignal', 'valid_signals'},
}
NEWER_METHODS = {'fromisoformat', 'is_relative_to', 'removeprefix', 'removesuffix', 'with_stem'}
NEWER_ARGUMENTS = {'capture_output', 'dirs_exist_ok', 'missing_ok'}
BUILTIN_GENERICS = {'dict', 'frozenset', 'list', 'set', 'tuple', 'type'}


def parse(text, name):
    """Parse source as Python 3.6 as far as this Python can; raise SyntaxError naming the file."""
    if sys.version_info >= (3, 8):
        return ast.parse(text, name, feature_version=(3, 6))
    return ast.parse(text, name)


def imports(tree, module, is_package=False):
    """Return the full names of all that a module imports, in function bodies too, as [(name, line)].

    module: dotted name of the module. `from a import b` gives a.b, as b may be a module.
    """
    package = module.split('.') if is_package else module.split('.')[:-1]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split('.') if node.module else [])
            found += [('.'.join(base + [alias.name]), node.lineno) for alias in node.names]
    return found


def room_of(module):
    """Return the room of a dotted module name of ours."""
    parts = module.split('.')
    return parts[1] if len(parts) > 1 else '__init__'


def import_faults(tree, module, is_package=False):
    """Return sentences on forbidden imports of one module."""
    room = room_of(module)
    if room not in ROOMS:
        return ['{}: no room of that name; rooms are {}'.format(module, ', '.join(sorted(ROOMS)))]
    ours, others = ROOMS[room]
    faults = []
    vendors = set()
    for name, line in imports(tree, module, is_package):
        top = name.split('.')[0]
        if top == PACKAGE:
            inner = name[len(PACKAGE) + 1:]
            # The version is all that the package itself offers.
            allowed = inner in ('', '__version__') or any(
                inner == each or inner.startswith(each + '.') for each in ours | {room})
            if not allowed:
                faults.append('{}:{}: {} may not import {}'.format(module, line, room, name))
            elif room == 'nodes' and is_node(inner) and module.split('.')[-1] != 'pipeline':
                faults.append('{}:{}: a node may not import a node ({})'.format(module, line, name))
        elif top in others:
            vendors.add(top)
        elif not is_standard(top):
            faults.append('{}:{}: {} may not import {}'.format(module, line, room, name))
    # pycuda serves tensorrt; any other two engines in one file are two ideas.
    engines = {'tensorrt' if each == 'pycuda' else each for each in vendors & (ENGINES | {'cv2'})}
    if room == 'backends' and len(engines) > 1:
        faults.append('{}: one vendor library per file, found {}'.format(module, ', '.join(sorted(engines))))
    return faults


def is_node(inner):
    """Tell whether a name below face_perception is a node's module or something in it."""
    parts = inner.split('.')
    return parts[0] == 'nodes' and len(parts) > 1 and parts[1].endswith('_node')


def is_standard(top):
    """Tell whether a top-level module belongs to the standard library."""
    if hasattr(sys, 'stdlib_module_names'):
        return top in sys.stdlib_module_names
    known = set().union(*(others for _, others in ROOMS.values()))
    return top not in known | {'torch', 'scipy', 'PIL', 'yaml', 'launch', 'launch_ros', 'training',
                               'face_training'}


def cycles(graph):
    """Return the first import cycle as a list of modules, empty where there is none.

    graph: module -> modules.
    """
    done, path = set(), []

    def visit(module):
        if module in path:
            return path[path.index(module):] + [module]
        if module in done:
            return []
        path.append(module)
        for other in sorted(graph.get(module, ())):
            found = visit(other)
            if found:
                return found
        path.pop()
        done.add(module)
        return []

    for module in sorted(graph):
        found = visit(module)
        if found:
            return found
    return []


def newer_than_36(tree, name):
    """Return sentences on what Python 3.6 lacks: syntax the parser lets pass, modules, names, arguments."""
    faults = []

    def fault(node, what):
        faults.append('{}:{}: {} needs a newer Python than 3.6'.format(name, node.lineno, what))

    for node in ast.walk(tree):
        kind = type(node).__name__
        if kind in ('NamedExpr', 'Match', 'TypeAlias', 'TryStar'):
            fault(node, kind)
        elif isinstance(node, ast.arguments):
            if getattr(node, 'posonlyargs', None):
                fault(node.posonlyargs[0], 'a positional-only argument')
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in NEWER_MODULES:
                    fault(node, alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                if node.module == '__future__' and alias.name == 'annotations':
                    fault(node, 'from __future__ import annotations')
                elif {node.module, '{}.{}'.format(node.module, alias.name)} & NEWER_MODULES:
                    fault(node, '{}.{}'.format(node.module, alias.name))
                elif alias.name in NEWER_NAMES.get(node.module, ()):
                    fault(node, '{}.{}'.format(node.module, alias.name))
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else None
            if node.attr in NEWER_METHODS or node.attr in NEWER_NAMES.get(owner, ()):
                fault(node, '.' + node.attr)
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in NEWER_ARGUMENTS:
                    fault(node, keyword.arg + '=')
        elif isinstance(node, ast.Subscript):
            if isinstance(node.value, ast.Name) and node.value.id in BUILTIN_GENERICS:
                fault(node, node.value.id + '[...]')
        for annotation in (getattr(node, 'annotation', None), getattr(node, 'returns', None)):
            if isinstance(annotation, ast.BinOp):
                fault(node, 'X | Y as a type')
    return faults
