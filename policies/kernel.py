"""The one decorator of every compiled function, and the cache that never serves a stale one.

numba notices an edit of a cached function's own file, but not of a function that it
*calls* in another file: the old machine code would go on running without a word.
So the cache folder is named after a digest of every source a kernel can reach: any edit
of one moves everybody to a fresh folder, and an edit elsewhere recompiles nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numba
import numpy
from numba import types
from platformdirs import user_cache_path

from policies.translation import DoorCompiler, PartCompiler

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the rooms."""

KERNEL_ROOMS = ("policies", "ledger", "finance", "sim")
"""Rooms in which compiled functions live."""

_IMPORT = re.compile(r"^from (policies|ledger|finance|sim)\.([\w.]+) import", re.MULTILINE)
_KERNEL = re.compile(r"^from policies\.kernel import .*kernel", re.MULTILINE)
_CACHES_KEPT = 3


def kernel_sources(root: Path = ROOT) -> list[Path]:
    """Files that define a kernel, and all they import from: a constant there is baked into machine code."""
    texts = {path: path.read_text("utf-8") for room in KERNEL_ROOMS for path in (root / room).rglob("*.py")}
    waiting = [path for path, text in texts.items() if _KERNEL.search(text)]
    reached: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in reached or path not in texts:
            continue
        reached.add(path)
        for room, module in _IMPORT.findall(texts[path]):
            waiting.append(root / room / (module.replace(".", "/") + ".py"))
    return sorted(reached)


def sources_digest(root: Path = ROOT) -> str:
    """Digest of every file a kernel can reach, and of the compiler (hex, 16 characters)."""
    digest = hashlib.sha256(f"numba {numba.__version__} numpy {numpy.__version__}".encode())
    for path in kernel_sources(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the machine code of exactly these sources is kept.

    ``TIERLAB_CACHE`` replaces the user's cache folder of the operating system.
    """
    base = os.environ.get("TIERLAB_CACHE")
    caches = Path(base) if base else user_cache_path("tierlab", appauthor=False)
    return caches / "kernels" / sources_digest()


def forget_old_caches(folder: Path) -> None:
    """Delete all but the newest few sibling caches, so edits do not fill the disk."""
    try:
        siblings = sorted(folder.parent.iterdir(), key=lambda each: each.stat().st_mtime)
        for stale in siblings[:-_CACHES_KEPT]:
            shutil.rmtree(stale, ignore_errors=True)
    except OSError:
        # Another process is tidying the same folder: it does the work.
        return


def _prepare_cache() -> None:
    folder = cache_folder()
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        forget_old_caches(folder)
    numba.config.CACHE_DIR = str(folder)


_prepare_cache()

_FLAGS = {
    "nogil": True,  # threads run side by side
    "fastmath": False,  # the same bits in every grouping
    "error_model": "python",  # a division by zero raises
    # Kernels allocate nothing, so counting references to arrays is pure cost: five times the run time here.
    "_nrt": False,
    "no_cfunc_wrapper": True,  # nobody calls a kernel from C
}

# The loops here are short and full of decisions: there is nothing to vectorize, and looking for it takes long.
numba.config.LOOP_VECTORIZE = 0
numba.config.SLP_VECTORIZE = 0


def _plain(kind: types.Type) -> types.Type:
    """The type that a literal or a member of an enumeration is passed as."""
    if isinstance(kind, types.IntEnumMember):
        return kind.dtype
    return types.unliteral(kind)


def kernel(function: Callable) -> Callable:
    """Compile a function: as a door when Python calls it, as a part of whatever kernel calls it.

    A part is compiled once for all literals and enumerations that are passed to it. numba would make a version of
    its own for each: for ``post(..., Cause.EARN, ...)`` and ``post(..., Cause.REDEEM, ..., -1)``.
    With ``NUMBA_DISABLE_JIT=1`` it returns the function as it stands, and the same lines run interpreted.
    """
    door = numba.njit(**_FLAGS, cache=True, pipeline_class=DoorCompiler)(function)
    if numba.config.DISABLE_JIT:
        return door
    part = numba.njit(**_FLAGS, no_cpython_wrapper=True, pipeline_class=PartCompiler)(function)

    def plain_template(args: tuple, kws: dict) -> tuple:
        return part.get_call_template(tuple(map(_plain, args)), {name: _plain(each) for name, each in kws.items()})

    door.get_call_template = plain_template
    door.get_overload = part.get_overload
    return door


def inlined(function: Callable) -> Callable:
    """Compile a function into whatever calls it: for one that hands back a bundle of arrays, which no call can."""
    return numba.njit(**_FLAGS, inline="always")(function)
