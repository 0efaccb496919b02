"""A progress bar for a terminal."""

from __future__ import annotations

from typing import TextIO

_BAR_CELLS = 30


class ProgressBar:
    """A share of 0 to 1 as a bar on one line, redrawn in place; silent unless the stream is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._percent = -1

    def __call__(self, share: float) -> None:
        percent = int(100 * share)
        if self._shown and percent != self._percent:
            self._percent = percent
            done = _BAR_CELLS * percent // 100
            self._stream.write(f"\r[{'#' * done}{'.' * (_BAR_CELLS - done)}] {percent:3d} %")
            self._stream.flush()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line."""
        if self._percent >= 0:
            self._stream.write("\r" + " " * (_BAR_CELLS + 8) + "\r")
            self._stream.flush()
