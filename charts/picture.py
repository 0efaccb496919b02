"""A chart with its words: the finding, how it was made, and a description for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.theme import WIDTH, finish, letters, palette, title, wrapped


@dataclass(frozen=True)
class Picture:
    """A drawing without its title, which a page may set in its own type so that it wraps on a phone."""

    finding: str
    method: str
    description: str
    drawing: alt.TopLevelMixin
    dark: bool

    def chart(self, width: int = WIDTH) -> Any:
        """The Altair chart with title and subtitle inside, on a background of its own: for notebooks and exports.

        ``width`` is the width in pixels of the whole picture.
        """
        titled = self.drawing.properties(
            width=width,
            title=title(
                wrapped(self.finding, letters(width - 24, 17.5)),
                wrapped(self.method, letters(width - 24)),
            ),
        )
        return finish(titled, self.dark, self.description, padding=12).properties(
            background=palette(self.dark).background
        )

    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification without title, on a clear background: for a page that writes the words itself."""
        spec = finish(self.drawing, self.dark, self.description, padding=2).to_dict(validate=False)
        del spec["description"]  # the page says it
        # Several legends stand below each other, so that they fit a phone. Vega reads it; Altair's schema lacks it.
        spec["config"]["legend"]["layout"] = {"top": {"anchor": "start", "direction": "vertical", "margin": 4}}
        return spec
