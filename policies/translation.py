"""From kernels to machine code: whatever Python can reach through one door is optimized as one program, once.

numba on its own optimizes and translates every compiled function, and once more within each function that calls it,
level by level: with hundreds of short kernels that is most of the time that compiling takes. Here a kernel that
another kernel calls is a *part*: it stays as it was lowered. A kernel that Python calls is a *door*: it takes in all
parts that it can reach, as functions that nobody else knows. So the optimizer may drop the arguments that a part
does not use and give a step that is taken once to its only caller, which makes the code faster, too.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from numba.core.codegen import CPUCodegen, JITCodeLibrary
from numba.core.compiler import Compiler


class _Part(JITCodeLibrary):
    """Code of a kernel that kernels call: kept for the doors, never run from here."""

    @property
    def codegen(self) -> _Keyhole:
        """The code generator, as far as a part may use it."""
        return _Keyhole(self._codegen)

    def finalize(self) -> None:
        """Add nothing more; leave everything else to the doors."""
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """The address of machine code: there is none."""
        self._ensure_finalized()
        return 0

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class _Keyhole:
    """A code generator that does not look for the machine code of a part."""

    def __init__(self, codegen: CPUCodegen) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, env_name: str, env: Any) -> None:
        """Only what raises or prints Python objects has an environment; kernels do neither."""


class _Door(JITCodeLibrary):
    """Code of a kernel that Python calls, with all that it reaches."""

    def finalize(self) -> None:
        """Link, optimize and translate."""
        self._raise_if_finalized()
        own = {each.name for each in self._final_module.functions if not each.is_declaration}
        for library in self._reached():
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        for each in self._final_module.functions:
            if not each.is_declaration and each.name not in own:
                each.linkage = "internal"
        self._optimize_final_module()
        self._final_module.verify()
        self._finalize_final_module()

    def _reached(self) -> list[JITCodeLibrary]:
        """Every library that this one needs, in the order in which they are met."""
        reached = dict.fromkeys(self._linking_libraries)
        waiting = list(reached)
        while waiting:
            library = waiting.pop()
            # What numba brings along is complete: it holds what it needs.
            further = library._linking_libraries if isinstance(library, _Part) else []
            waiting += [each for each in further if each not in reached]
            reached.update(dict.fromkeys(further))
        return list(reached)


class DoorCompiler(Compiler):
    """Compiles a kernel for Python."""

    library = _Door

    def compile_extra(self, func: Callable) -> Any:
        """Compile a function, and with it all that it calls."""
        self.state.library = self.library(self.state.targetctx.codegen(), func.__qualname__)
        # Before anything is added, so that the machine code can be kept on disk.
        self.state.library.enable_object_caching()
        collecting = gc.isenabled()
        # Millions of small objects that all live until the end: looking for dead ones takes a sixth of the time.
        gc.disable()
        try:
            return super().compile_extra(func)
        finally:
            if collecting:
                gc.enable()


class PartCompiler(DoorCompiler):
    """Compiles a kernel for other kernels."""

    library = _Part
