"""What a result depends on beside the question: sources, packages, Python, the machine."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version

from policies import catalogue
from policies.kernel import KERNEL_ROOMS, ROOT, sources_digest
from sim.figures.reference import NO_PROGRAM
from sim.version import tierlab_version

_PACKAGES = ("numba", "llvmlite", "numpy", "pandas", "pydantic")
"""Those whose code has a part in a number."""


def versions_here() -> dict[str, str]:
    """Versions by name; ``sources`` is a digest (hex) of all modules that have a part in a result."""
    return {
        "tierlab": tierlab_version(),
        "sources": _rooms_digest(),
        "kernels": sources_digest(),
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        **{name: version(name) for name in _PACKAGES},
    }


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """(name, version in one, version in the other) of all that is not the same; a dash where there is none."""
    pairs = [(name, str(one.get(name, "-")), str(other.get(name, "-"))) for name in {**one, **other}]
    return [each for each in pairs if each[1] != each[2]]


def _rooms_digest() -> str:
    """Digest (hex, 16 characters) of the modules that compute, and of what returns are measured against."""
    digest = hashlib.sha256()
    modules = [path for room in KERNEL_ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    for path in [*modules, catalogue()[NO_PROGRAM]]:
        digest.update(path.name.encode() if path.suffix == ".toml" else path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
