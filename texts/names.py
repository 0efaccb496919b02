"""Names of policies, scenarios, levels and key figures in the reader's language."""

from __future__ import annotations

from policies import Policy
from policies.parameters import capital
from sim.figures.kpis import Kpi
from sim.figures.results import Comparison


def policy_title(policy: Policy, language: str) -> str:
    """The title of a policy as its file gives it; its name if the file gives none."""
    return (language == "zh" and policy.title_zh) or policy.title or policy.name


def title_by_name(comparison: Comparison, language: str) -> dict[str, str]:
    """Title of each compared policy by its name; a title that two policies share gets the name behind it."""
    titles = {result.name: policy_title(result.policy, language) for result in comparison.policies}
    shared = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {name: f"{title} ({name})" if title in shared else title for name, title in titles.items()}


def scenario_title(comparison: Comparison, language: str) -> str:
    """The title of the scenario of a comparison."""
    return (language == "zh" and comparison.scenario_title_zh) or comparison.scenario_title or comparison.scenario


def level_names(policy: Policy, language: str) -> dict[str, str]:
    """The tiers of a policy, lowest first: name in the file to name for the reader."""
    shown = policy.level_names_zh if language == "zh" else tuple(capital(each) for each in policy.level_names)
    return dict(zip(policy.level_names, shown, strict=True))


def kpi_title(kpi: Kpi, language: str) -> str:
    """What a key figure is called."""
    return kpi.title_zh if language == "zh" else kpi.title


def kpi_definition(kpi: Kpi, language: str) -> str:
    """What exactly a key figure counts."""
    return kpi.definition_zh if language == "zh" else kpi.definition
