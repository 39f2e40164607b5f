# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Write and read rosbag2 bags (mcap) of rclpy messages, without rosbag2_py.

The message definitions that go into the bag are taken from the message classes themselves, so every message that
can be published can be recorded.  `play.py` plays a bag.
"""
import importlib
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from rclpy.serialization import deserialize_message, serialize_message
from rosbags.interfaces import Connection
from rosbags.rosbag2 import CompressionFormat, CompressionMode, Reader, StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

# The newest layout of metadata.yaml that Humble reads too; 9 came with Jazzy.
METADATA_VERSION: Literal[8] = 8
# The rosidl name of a type, where that of a .msg file is another.
MSG_TYPES = {'boolean': 'bool', 'octet': 'byte', 'float': 'float32', 'double': 'float64'}


def message_class(name: str) -> Any:
    """Return the message class of a name such as ``sensor_msgs/msg/Image``."""
    package, kind, short = name.split('/')
    return getattr(importlib.import_module(f'{package}.{kind}'), short)


def message_name(message: Any) -> str:
    """Return the name, such as ``sensor_msgs/msg/Image``, of a message or a message class."""
    cls = message if isinstance(message, type) else type(message)
    package, kind = cls.__module__.split('.')[:2]
    return f'{package}/{kind}/{cls.__name__}'


def _msg_type(name: str) -> str:
    """Turn rosidl's ``sequence<double, 4>`` into ``float64[<=4]``, and so on."""
    bounded = re.fullmatch(r'sequence<(.+?)(?:, (\d+))?>', name)
    if bounded:
        return _msg_type(bounded.group(1)) + (f'[<={bounded.group(2)}]' if bounded.group(2) else '[]')
    fixed = re.fullmatch(r'(.+)\[(\d+)\]', name)
    if fixed:
        return f'{_msg_type(fixed.group(1))}[{fixed.group(2)}]'
    text = re.fullmatch(r'(w?string)<(\d+)>', name)
    if text:
        return f'{text.group(1)}<={text.group(2)}'
    return MSG_TYPES.get(name, name)


def _definitions(cls: Any, known: dict[str, str]) -> None:
    """Fill `known` with name -> .msg text of a message class and of all that it holds."""
    name = message_name(cls)
    if name in known:
        return
    fields = cls.get_fields_and_field_types()
    known[name] = ''.join(f'{_msg_type(type_name)} {field}\n' for field, type_name in fields.items())
    for type_name in fields.values():
        inner = re.search(r'(\w+)/(\w+)', type_name)
        if inner:
            _definitions(message_class(f'{inner.group(1)}/msg/{inner.group(2)}'), known)


def _typestore(cls: Any) -> Typestore:
    known: dict[str, str] = {}
    _definitions(cls, known)
    types: dict[str, Any] = {}
    for name, text in known.items():
        types.update(get_types_from_msg(text, name))
    store = get_typestore(Stores.EMPTY)
    store.register(types)
    return store


def write_bag(folder: str | Path, messages: Iterable[tuple[str, Any, int]], storage: str = 'mcap',
              compress: bool = False) -> int:
    """Record messages as a new rosbag2 bag; return how many were written.

    Args:
        folder: path of the bag, which must not exist.
        messages: (topic, message, stamp_ns), in the order of their stamps.
        storage: 'mcap' or 'sqlite3'.
        compress: zstd inside an mcap file, which its readers undo by themselves.

    Raises:
        rosbags.rosbag2.WriterError: the folder exists.
    """
    plugin = {'mcap': StoragePlugin.MCAP, 'sqlite3': StoragePlugin.SQLITE3}[storage]
    connections: dict[tuple[str, type], Connection] = {}
    count = 0
    writer = Writer(folder, version=METADATA_VERSION, storage_plugin=plugin)
    if compress:
        writer.set_compression(CompressionMode.STORAGE, CompressionFormat.ZSTD)
    with writer:
        for topic, message, stamp_ns in messages:
            key = (topic, type(message))
            if key not in connections:
                connections[key] = writer.add_connection(
                    topic, message_name(message), typestore=_typestore(type(message)))
            writer.write(connections[key], stamp_ns, serialize_message(message))
            count += 1
    return count


def read_bag(folder: str | Path, topics: Collection[str] | None = None) -> Iterator[tuple[str, Any, int]]:
    """Yield (topic, message, stamp_ns) of a bag in the order of recording, of all topics or those named."""
    with Reader(folder) as reader:
        wanted = [c for c in reader.connections if topics is None or c.topic in topics]
        classes = {c.id: message_class(c.msgtype) for c in wanted}
        for connection, stamp_ns, raw in reader.messages(connections=wanted):
            yield connection.topic, deserialize_message(bytes(raw), classes[connection.id]), stamp_ns


def bag_topics(folder: str | Path) -> dict[str, Any]:
    """Return topic -> message class of a bag."""
    with Reader(folder) as reader:
        return {c.topic: message_class(c.msgtype) for c in reader.connections}
