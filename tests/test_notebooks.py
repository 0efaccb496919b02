"""Every notebook is executed, with few members, and says what it promises to say."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbclient
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def executed(request: pytest.FixtureRequest) -> NotebookNode:
    """A notebook after all of its cells have run in a kernel of its own, in the root folder."""
    monkeypatch = pytest.MonkeyPatch()
    request.addfinalizer(monkeypatch.undo)
    monkeypatch.setenv("TIERLAB_MEMBERS", "600")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    book = jupytext.read(ROOT / "notebooks" / f"{request.param}.py")
    client = nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": ROOT}})
    return client.execute()


def _printed(book: NotebookNode) -> str:
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    streams = [output.text for output in outputs if output.output_type == "stream"]
    return "\n".join(streams) + "\n".join(_shown(book, "text/plain"))


def _shown(book: NotebookNode, kind: str) -> list[str]:
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data[kind] for output in outputs if kind in output.get("data", {})]


def test_all_are_looked_at() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["01_first_comparison", "02_how_sure"]


@pytest.mark.parametrize("executed", ["01_first_comparison"], indirect=True)
def test_first_comparison(executed: NotebookNode) -> None:
    text = _printed(executed)
    assert "soft landing" in text.lower()
    assert re.search(r"year_end_wipe_cap50\s+active", text), "the table of differences"
    tables = _shown(executed, "text/html")
    assert "falls by one level" in tables[0], "what the candidates change"
    assert "Expired: 14,905 points" in text, "the saver's points, verified by hand in tests/sim/test_lessons.py"
    (picture,) = _shown(executed, "image/svg+xml")
    assert picture.startswith("<svg") and "Margin after program cost" in picture


@pytest.mark.parametrize("executed", ["02_how_sure"], indirect=True)
def test_how_sure(executed: NotebookNode) -> None:
    text = _printed(executed)
    assert "Year-end wipe" in text and "If members did not react" in text
    tables = _shown(executed, "text/html")
    heads = ("Members' reaction", "Cost by cause", "Fifths by payment", "Return on the cost", "contribution", "c_mem")
    assert [head in table for head, table in zip(heads, tables, strict=True)] == [True] * len(heads)
    assert "contribution per member" in text.lower(), "what is asked of doubt and break-even"


@pytest.mark.parametrize("executed", ["01_first_comparison", "02_how_sure"], indirect=True)
def test_nothing_is_left_in_a_notebook(executed: NotebookNode) -> None:
    """No cell ends with an error or a warning on the screen."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
