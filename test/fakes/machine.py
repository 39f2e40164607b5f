# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the fakes of CUDA and TensorRT share: a GPU that remembers what lives on it and who broke a rule."""
import sys
import threading
import types
import weakref


class Violation(AssertionError):
    """A call that the real library would answer with an error, a wrong result or a crash."""


class Machine:
    """A computer with one GPU."""

    def __init__(self, name='NVIDIA Tegra X1', capability=(5, 3)):
        self.name, self.capability = name, capability
        self.violations = []
        self.contexts = []                      # that were made and not yet detached
        self.memory = {}                        # address -> allocation on the GPU
        self.pagelocked = []                    # allocations of page-locked memory, not yet freed
        self.streams = weakref.WeakValueDictionary()        # handle -> Stream
        self.objects = weakref.WeakSet()        # engines and their like, which must end before their context
        self.devices = 1
        self.source_module = None               # in place of a compiler
        self.made = 0                           # contexts in all
        self._stacks = threading.local()
        self._next_address = 0x7f0000000000

    @property
    def stack(self):
        """The contexts of the calling thread, the current one last."""
        if not hasattr(self._stacks, 'stack'):
            self._stacks.stack = []
        return self._stacks.stack

    def violate(self, words):
        """Remember and raise: code under test that swallows the exception is found out by `check`."""
        self.violations.append(words)
        raise Violation(words)

    def current(self, call):
        """Return the context in which the calling thread calls `call`."""
        if not self.stack:
            self.violate('{}: no context is current in this thread (invalid device context)'.format(call))
        return self.stack[-1]

    def new_address(self, size):
        self._next_address += -(-max(size, 1) // 512) * 512 + 4096
        return self._next_address

    def region(self, address, size, call):
        """Return `size` bytes of the memory of the GPU at an address as uint8."""
        context = self.current(call)
        for start, allocation in self.memory.items():
            if start <= address < start + allocation.size:
                if allocation.context is not context:
                    self.violate('{}: the memory belongs to another context'.format(call))
                if address + size > start + allocation.size:
                    self.violate('{}: {} bytes go beyond the allocation of {}'.format(call, size, allocation.size))
                return allocation.content[address - start:address - start + size]
        return self.violate('{}: 0x{:x} is no memory of the GPU (illegal address)'.format(call, address))

    def check(self):
        """Raise unless all was given back and no rule was broken."""
        assert self.violations == []
        assert self.stack == [], 'the context stack was not empty upon module cleanup'
        assert self.contexts == [], 'contexts were never detached'
        assert self.memory == {} and self.pagelocked == [], 'memory was never freed'
        assert list(self.objects) == [], 'objects of TensorRT outlived their context'
        assert list(self.streams.values()) == []


def module(name, **content):
    """Return a module with this content."""
    made = types.ModuleType(name)
    made.__dict__.update(content)
    return made


def install(monkeypatch, modules):
    """Let `import NAME` find these modules."""
    for name, value in modules.items():
        monkeypatch.setitem(sys.modules, name, value)
