# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The enumerations of each generation of TensorRT, with the members that the real ones have."""
_WEAK = ('FP16', 'INT8', 'OBEY_PRECISION_CONSTRAINTS', 'PREFER_PRECISION_CONSTRAINTS')
_FLAGS = ('DEBUG', 'GPU_FALLBACK', 'REFIT', 'DISABLE_TIMING_CACHE', 'TF32', 'SPARSE_WEIGHTS', 'SAFETY_SCOPE', 'DIRECT_IO')
MEMBERS = {
    '8.2': {'BuilderFlag': _FLAGS + _WEAK + ('STRICT_TYPES',),
            'NetworkDefinitionCreationFlag': ('EXPLICIT_BATCH', 'EXPLICIT_PRECISION')},
    '8.5': {'BuilderFlag': _FLAGS + _WEAK + ('STRICT_TYPES',),
            'NetworkDefinitionCreationFlag': ('EXPLICIT_BATCH', 'EXPLICIT_PRECISION'),
            'MemoryPoolType': ('WORKSPACE',), 'TensorIOMode': ('NONE', 'INPUT', 'OUTPUT')},
    '10': {'BuilderFlag': _FLAGS + _WEAK,
           'NetworkDefinitionCreationFlag': ('EXPLICIT_BATCH', 'STRONGLY_TYPED'),
           'MemoryPoolType': ('WORKSPACE',), 'TensorIOMode': ('NONE', 'INPUT', 'OUTPUT')},
    '11': {'BuilderFlag': _FLAGS, 'NetworkDefinitionCreationFlag': ('STRONGLY_TYPED',),
           'MemoryPoolType': ('WORKSPACE',), 'TensorIOMode': ('NONE', 'INPUT', 'OUTPUT')},
}
_ALL = {'DataType': ('FLOAT', 'HALF', 'INT8', 'INT32', 'BOOL'),
        'Severity': ('INTERNAL_ERROR', 'ERROR', 'WARNING', 'INFO', 'VERBOSE')}


def make_enums(generation):
    """Return {name: enumeration}; its members are no numbers, as those of pybind11 are none."""
    made = {}
    for name, members in list(_ALL.items()) + list(MEMBERS[generation].items()):
        made[name] = type(name, (_Enumeration,), {})
        made[name].__members__ = {member: made[name](member, value) for value, member in enumerate(members)}
        for member, value in made[name].__members__.items():
            setattr(made[name], member, value)
    return made


class _Enumeration:
    def __init__(self, name, value):
        self.name, self._value = name, value

    def __int__(self):
        return self._value

    def __repr__(self):
        return '<{}.{}: {}>'.format(type(self).__name__, self.name, self._value)
