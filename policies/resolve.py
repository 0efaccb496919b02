"""Settles what a document means: every value of every version, with all mistakes collected first."""

from __future__ import annotations

from datetime import date
from typing import Any

from policies.checks import Values, check_version
from policies.currencies import DECIMALS, Currency
from policies.declare import Parameter, Section, Table
from policies.document import Document, Entry, Flat, Leaf, Path, entry_at, missing
from policies.errors import PolicyError, Problem, Refusal, Words, either, listed, says, shown
from policies.parameters import HEADER, PARAMETERS, ROOT, parameter_of, spelled
from policies.policy import FIRST_DATE, Policy
from policies.rules import LEVELS_MOST, Metric
from policies.schema import Header, Version
from policies.values import Setting

ONE_LEVEL: dict[Path, Any] = {
    ("tiers", "metric"): "spend",
    ("tiers", "window"): "lifetime",
    ("tiers", "validity"): "until review",
    ("tiers", "downgrade"): "none",
    ("tiers", "level", "member", "name"): "member",
    ("tiers", "level", "member", "name_zh"): "会员",
    ("tiers", "level", "member", "enter"): 0,
}
"""What a policy without ``[tiers]`` means: everybody is a member, and nothing else."""

_CURRENCY_IF_BAD = "CNY"


def resolved(source: Document, name: str, problems: list[Problem]) -> Policy:
    """The policy of a document.

    Raises:
        PolicyError: with ``problems`` (what was wrong with the shape of the files) and all that is found here.
    """
    work = _Resolver(source)
    header = work.header()
    versions, flats, dates = work.versions(header.currency if header else _CURRENCY_IF_BAD)
    problems = [*problems, *work.problems]
    if problems or header is None:
        raise PolicyError(dict.fromkeys(problems))
    living = source.copy()
    living.leaves = {path: leaf for path, leaf in source.leaves.items() if path in work.document.leaves}
    return Policy(name=name, header=header, document=living, versions=versions, flats=flats, dates=dates)


class _Resolver:
    """Reads values once per key and date, and remembers what is wrong."""

    def __init__(self, document: Document) -> None:
        self.problems: list[Problem] = []
        self.document = _with_implied_tiers(document)
        self._found: dict[tuple[Path, date | None, Metric], tuple[bool, Any]] = {}

    def header(self) -> Header | None:
        """What the file is about, or None if that cannot be said."""
        setting = Setting(Currency(_CURRENCY_IF_BAD), Metric.GROWTH)
        values: dict[str, Any] = {}
        for key, parameter in HEADER.parameters.items():
            leaf = self.document.header.get(key)
            if leaf is None and parameter.required:
                self._miss((key,), parameter)
            elif leaf is None:
                values[key] = parameter.default
            else:
                good, values[key] = self._read((key,), leaf, leaf.entries[0], parameter, setting)
                if not good:
                    del values[key]
        return Header(**values) if len(values) == len(HEADER.parameters) else None

    def versions(self, currency: str) -> tuple[tuple[Version, ...], tuple[Flat, ...], tuple[date, ...]]:
        """Every version that differs from the one before it. Meaningless if there are problems."""
        self._check_rows()
        self._drop_dead()
        flats: list[Flat] = []
        dates: list[date] = []
        for since in self._change_dates():
            setting = Setting(Currency(currency if currency in DECIMALS else _CURRENCY_IF_BAD), Metric.GROWTH)
            flat = self._flat(since, setting)
            values = Values(flat, self.document, since)
            self.problems.extend(check_version(values, setting.currency))
            if not flats or flat != flats[-1]:
                flats.append(flat)
                dates.append(since)
        if self.problems or self.document.spoilt:
            return (), (), ()
        versions = tuple(Version(**self._fields(ROOT, (), flat)) for flat in flats)
        return versions, tuple(flats), tuple(dates)

    def _change_dates(self) -> list[date]:
        """The beginning of time, and every date on which a value changes; a first date changes nothing."""
        changes = {entry.since for leaf in self.document.leaves.values() for entry in leaf.entries[1:]}
        return [FIRST_DATE, *sorted(each for each in changes if each)]

    def _check_rows(self) -> None:
        levels, plans = self.document.rows.get(("tiers", "level"), []), self.document.rows.get(("plans",), [])
        level_example = says(
            '[[tiers.level]] with name = "basic" and enter = 0', '[[tiers.level]]，其中 name = "basic"、enter = 0'
        )
        if not levels and ("tiers", "level") not in self.document.spoilt:
            rule = says("is missing: tiers need at least one level", "缺少此项；至少要有一个等级")
            self._refuse("tiers.level", rule, level_example)
        if len(levels) > LEVELS_MOST:
            rule = says(
                "holds {count} levels: at most {most}",
                "共有 {count} 个等级，最多只能有 {most} 个",
                count=len(levels),
                most=LEVELS_MOST,
            )
            self._refuse("tiers.level", rule, level_example)
        if len(plans) > 1:
            rule = says(
                "holds {count} plans ({names}); more than one is planned but not supported yet",
                "共有 {count} 个付费计划（{names}）；多个付费计划已列入计划，但目前尚不支持",
                count=len(plans),
                names=listed(plans),
            )
            self._refuse("plans", rule, says("one [[plans]]", "只写一个 [[plans]]"))

    def _drop_dead(self) -> None:
        """Refuse settings that nothing reads; those inherited from before the switch was turned just go."""
        for path, leaf in list(self.document.leaves.items()):
            parameter = parameter_of(path)
            if parameter.read_when is None:
                continue
            switch_key, readers = parameter.read_when
            switch_path = tuple(switch_key.split("."))
            switch = self.document.leaves.get(switch_path)
            spellings = [each.value for each in switch.entries] if switch else [PARAMETERS[switch_key].default]
            legal = [option.spelling for option in PARAMETERS[switch_key].kind.options]
            if any(each in readers or each not in legal for each in spellings):
                continue
            del self.document.leaves[path]
            if switch is None or leaf.depth <= switch.depth:
                rule = says(
                    "is read by nothing: it counts only when {switch} is {modes}, and here it is {now}",
                    "不会起作用，因为只有当 {switch} 为 {modes} 时才会读取，而这里是 {now}",
                    switch=switch_key,
                    modes=either(f'"{each}"' for each in readers),
                    now=shown(spellings[0]),
                )
                line = f'{switch_path[-1]} = "{readers[0]}"'
                example = says("{line}, or leave it out", "{line}，或删去此项", line=line)
                value = shown(leaf.entries[0].value)
                self.problems.append(Problem(leaf.file, spelled(path), rule, value, example=example))

    def _flat(self, since: date, setting: Setting) -> Flat:
        """All values of one version by path. A bad value is left out."""
        flat: Flat = {}
        metric = self._value(("tiers", "metric"), since, setting, flat)
        if metric is not None:
            setting = Setting(setting.currency, metric)
        self._fill(ROOT, (), since, setting, flat, metric is not None)
        return flat

    def _fill(self, section: Section, path: Path, since: date, setting: Setting, flat: Flat, sure: bool) -> None:
        """Values of one table. ``sure``: the metric is known, so thresholds can be read."""
        for key, parameter in section.parameters.items():
            here = (*path, key)
            if sure or parameter.widget != "threshold":
                self._value(here, since, setting, flat)
        for key, parameter in section.parameters.items():
            source = (*path, parameter.default_from)
            if parameter.default_from and (*path, key) not in self.document.leaves and source in flat:
                flat[(*path, key)] = flat[source]
        for key, inner in section.sections.items():
            here = (*path, key)
            if inner.rows:
                for row in self.document.rows.get(here, []):
                    self._fill(inner, (*here, row), since, setting, flat, sure)
            elif not inner.optional or here in self.document.tables:
                self._fill(inner, here, since, setting, flat, sure)

    def _value(self, path: Path, since: date, setting: Setting, flat: Flat) -> Any:
        """Read one key into ``flat`` and return it; None if it is absent or bad."""
        parameter = parameter_of(path)
        leaf = self.document.leaves.get(path)
        if leaf is None:
            return self._absent(path, since, setting, flat, parameter)
        good, value = self._read(path, leaf, entry_at(leaf, since), parameter, setting)
        if good:
            flat[path] = value
        return value

    def _absent(self, path: Path, since: date, setting: Setting, flat: Flat, parameter: Parameter) -> Any:
        if parameter.default_from:
            return None
        if not parameter.required:
            default = parameter.default
            flat[path] = None if default is None else parameter.kind.read(default, setting)
            return flat[path]
        if not self._is_read(parameter, since):
            flat[path] = () if parameter.widget == "dates" else None
            return None
        self._miss(path, parameter)
        return None

    def _is_read(self, parameter: Parameter, since: date) -> bool:
        """Whether the switch of a parameter makes this version read it."""
        if parameter.read_when is None:
            return True
        key, readers = parameter.read_when
        switch = self.document.leaves.get(tuple(key.split(".")))
        return (entry_at(switch, since).value if switch else PARAMETERS[key].default) in readers

    def _read(self, path: Path, leaf: Leaf, entry: Entry, parameter: Parameter, setting: Setting) -> tuple[bool, Any]:
        """Whether an entry is good, and its resolved value. A bad one is reported once."""
        known = (path, entry.since, setting.metric)
        if known not in self._found:
            try:
                self._found[known] = True, parameter.kind.read(entry.value, setting)
            except Refusal as refusal:
                self._found[known] = False, None
                example = f"{path[-1]} = {parameter.kind.example(parameter.example, setting)}"
                self.problems.append(
                    Problem(
                        leaf.file, spelled(path), refusal.words, shown(entry.value), entry.since, example, refusal.guess
                    )
                )
        return self._found[known]

    def _miss(self, path: Path, parameter: Parameter) -> None:
        """Note that a required key is absent, unless it was written in a way that was refused already."""
        if path not in self.document.spoilt:
            self._refuse(spelled(path), missing(), f"{path[-1]} = {parameter.example}")

    def _refuse(self, key: str, rule: Words, example: Words | str) -> None:
        self.problems.append(Problem(self.document.file, key, rule, example=example))

    def _fields(self, section: Section, path: Path, flat: Flat) -> dict[str, Any]:
        """Arguments of the section's model."""
        fields: dict[str, Any] = {key: flat[(*path, key)] for key in section.parameters}
        for key, inner in section.sections.items():
            here = (*path, key)
            if inner.rows:
                rows = self.document.rows.get(here, [])
                fields[inner.attribute] = tuple(self._model(inner, (*here, row), flat) for row in rows)
            elif inner.optional and here not in self.document.tables:
                fields[inner.attribute] = None
            else:
                fields[inner.attribute] = self._model(inner, here, flat)
        return fields

    def _model(self, section: Section, path: Path, flat: Flat) -> Table:
        return section.model(**self._fields(section, path, flat))


def _with_implied_tiers(document: Document) -> Document:
    """A copy of the document, with one level for all if it has no tiers."""
    if ("tiers",) in document.tables:
        return document.copy()
    result = document.copy()
    result.tables.add(("tiers",))
    result.rows[("tiers", "level")] = ["member"]
    for path, value in ONE_LEVEL.items():
        result.leaves[path] = Leaf((Entry(None, value),), document.file)
    return result
