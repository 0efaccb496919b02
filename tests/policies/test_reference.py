"""The reference pages: what the declarations say, complete, and the same in the files that are shipped."""

from __future__ import annotations

import pytest

from policies.parameters import PARAMETERS
from policies.reference import PAGES, UNITS_ZH, reference_page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_committed_page_is_up_to_date(language: str) -> None:
    assert PAGES[language].read_text("utf-8") == reference_page(language), "run python -m policies.reference"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_parameter_has_a_row(language: str) -> None:
    rows = [line for line in reference_page(language).splitlines() if line.startswith("| `")]
    assert len(rows) == len(PARAMETERS)
    for row, parameter in zip(rows, PARAMETERS.values(), strict=True):
        key = parameter.path.rpartition(".")[2]
        assert row.startswith(f"| `{key}`<br>{parameter.title_zh if language == 'zh' else parameter.title} |")
        assert row.replace("\\|", "").count("|") == 7
        assert "None" not in row


def test_every_unit_has_its_chinese_word() -> None:
    assert {parameter.unit for parameter in PARAMETERS.values()} == set(UNITS_ZH)
