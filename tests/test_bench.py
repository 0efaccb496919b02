"""The measurement itself works; its figures are for people, not for assertions."""

from __future__ import annotations

import re

import pytest

from bench import engines


@pytest.mark.slow
def test_quick_run_counts_equal_work(capsys: pytest.CaptureFixture[str]) -> None:
    engines.main(["--quick"])
    told = capsys.readouterr().out
    assert re.search(r"Equal work: 10 members, [\d,]+ events, [\d,]+ transfers by both engines", told)
    assert re.search(r"Compiled, one thread, against SimPy: [\d,]+ times the events a second", told)
    assert "cores; Python" in told


def test_unequal_work_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that loses a transfer must not get a speed."""

    def losing(job: engines.Job) -> engines.Result:
        return engines.Result([1.0], 100, 200 if job.engine == "simpy" else 199, 6, None)

    monkeypatch.setattr(engines, "in_a_process", losing)
    with pytest.raises(SystemExit, match="unequal work"):
        engines.main(["--quick"])
