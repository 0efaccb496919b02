"""The measurement of the stores works; its figures are for people, not for assertions."""

from __future__ import annotations

import re

import pytest

from bench import stores


@pytest.mark.slow
def test_quick_run_measures_both_stores(postgres, capsys: pytest.CaptureFixture[str]) -> None:
    stores.main(["--quick", "--postgresql", postgres.new_database()])
    told = capsys.readouterr().out
    for name in ("single orders", "new members", "orders as arrays", "orders as facts", "a day closed"):
        assert len(re.findall(rf"^{name}.*%$", told, re.MULTILINE)) == 2
