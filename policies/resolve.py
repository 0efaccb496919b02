"""Settles what a document means: every value of every version, with all mistakes collected first."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from policies.checks import Values, check_version
from policies.checks_switch import check_switch
from policies.choices import Metric
from policies.currencies import DECIMALS, Currency
from policies.declare import Parameter, Section, Table
from policies.document import SWITCH, Document, Entry, Flat, Leaf, Path, entry_at, missing
from policies.errors import PolicyError, Problem, Refusal, Words, either, says, shown
from policies.parameters import HEADER, ROOT, default_value, parameter_of, section_of, spelled, switch_of, switch_paths
from policies.policy import FIRST_DATE, Policy
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
    found = list(problems)
    source = _naming_replaced(source)
    own = _settled(source, found)
    old = None
    if source.has_switch:
        old = _replaced(source, own, found)
    if found or own is None:
        raise PolicyError(dict.fromkeys(found))
    if old:
        own, first = _joined(old, own)
    return Policy(
        name=name,
        header=own.header,
        document=own.document,
        versions=own.versions,
        flats=own.flats,
        dates=own.dates,
        switch_version=first if old else None,
    )


class _Settled(NamedTuple):
    """What one document says, as `Policy` holds it."""

    header: Header
    document: Document
    versions: tuple[Version, ...]
    flats: tuple[Flat, ...]
    dates: tuple[date, ...]


def _settled(source: Document, problems: list[Problem]) -> _Settled | None:
    """What a document says by itself; None, and ``problems`` are longer, if that cannot be said."""
    work = _Resolver(source)
    header = work.header()
    versions, flats, dates = work.versions(header.currency if header else _CURRENCY_IF_BAD)
    problems.extend(work.problems)
    if header is None or not versions:
        return None
    living = source.copy()
    living.leaves = {path: leaf for path, leaf in source.leaves.items() if path in work.document.leaves}
    return _Settled(header, living, versions, flats, dates)


def _naming_replaced(source: Document) -> Document:
    """The document; one that replaces what it extends says so itself, as if it were written there."""
    path = (*SWITCH, "replaces")
    if not source.has_switch or source.before is None or path in source.leaves:
        return source
    result = source.copy()
    result.leaves[path] = Leaf((Entry(None, source.before.source),), source.file)
    return result


def _replaced(source: Document, own: _Settled | None, problems: list[Problem]) -> _Settled | None:
    """The policy that rules before the switch, as it stands alone."""
    before, leaf = source.before, source.leaves.get((*SWITCH, "replaces"))
    if leaf and before is None:
        return None  # it cannot be read, which was refused already
    named = shown(leaf.entries[0].value) if leaf else ""

    def complain(rule: Words, example: str) -> None:
        key = spelled((*SWITCH, "replaces")) if leaf else spelled(SWITCH)
        problems.append(Problem(leaf.file if leaf else source.file, key, rule, named, example=example))

    if before is None:
        complain(
            says("replaces nothing: the file extends no policy", "没有可替换的方案：本文件未基于任何方案"),
            'extends = "baseline"',
        )
        return None
    if before.has_switch:
        rule = says(
            "replaces a policy that replaces another one: only one change of policy can be simulated",
            "被替换的方案本身也是替换而来的；只能模拟一次方案切换",
        )
        complain(rule, 'replaces = "baseline"')
        return None
    old = _settled(before, problems)
    if not old or not own:
        return old
    for key in ("currency", "time_zone"):
        if getattr(old.header, key) != getattr(own.header, key):
            rule = says(
                "replaces a policy with another {key}: {old}",
                "被替换的方案的 {key} 不同：{old}",
                key=key,
                old=getattr(old.header, key),
            )
            complain(rule, f'{key} = "{getattr(old.header, key)}"')
    problems.extend(check_switch(old.versions, own.versions, own.document))
    return old


def _joined(old: _Settled, own: _Settled) -> tuple[_Settled, int]:
    """The versions of the old policy up to the switch, then those of the new one; and the index of its first."""
    since = own.versions[-1].switch.since
    past = [index for index, each in enumerate(old.dates) if each < since]
    ruling = max(index for index, each in enumerate(own.dates) if each <= since)
    new = range(ruling, len(own.dates))
    joined = own._replace(
        versions=(*(old.versions[i] for i in past), *(own.versions[i] for i in new)),
        flats=(*(old.flats[i] for i in past), *(own.flats[i] for i in new)),
        dates=(*(old.dates[i] for i in past), since, *(own.dates[i] for i in new[1:])),
    )
    return joined, len(past)


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
        levels = self.document.rows.get(("tiers", "level"), [])
        level_example = says(
            '[[tiers.level]] with name = "basic" and enter = 0', '[[tiers.level]]，其中 name = "basic"、enter = 0'
        )
        if not levels and ("tiers", "level") not in self.document.spoilt:
            rule = says("is missing: tiers need at least one level", "缺少此项；至少要有一个等级")
            self._refuse("tiers.level", rule, level_example)
        for path, names in self.document.rows.items():
            section = section_of(path)
            if len(names) > section.most:
                rule = says(
                    "holds {count} rows: at most {most}",
                    "共有 {count} 项，最多只能有 {most} 项",
                    count=len(names),
                    most=section.most,
                )
                self._refuse(spelled(path), rule, says("fewer of them", "减少数量"))

    def _drop_dead(self) -> None:
        """Refuse settings that nothing reads; those inherited from before the switch was turned just go."""
        for path, leaf in list(self.document.leaves.items()):
            parameter = parameter_of(path)
            for switch, readers in parameter.read_when:
                if not self._may_be_read(path, switch, readers):
                    del self.document.leaves[path]
                    self._refuse_dead(path, leaf, switch, readers)
                    break

    def _may_be_read(self, path: Path, switch: str, readers: tuple[str, ...]) -> bool:
        """Whether some version has a switch where it makes a key read; a bad switch is refused by itself."""
        kind = switch_of(parameter_of(path), switch).kind
        modes = [kind.mode(each.value) for each in self._switches(path, switch)]
        return any(mode is None or mode in readers for mode in modes)

    def _switches(self, path: Path, switch: str) -> list[Entry]:
        """All that the document says about a switch, and its default if it says nothing of it."""
        parameter = switch_of(parameter_of(path), switch)
        entries: list[Entry] = []
        for each in switch_paths(path, switch, self.document.rows):
            leaf = self.document.leaves.get(each)
            entries.extend(leaf.entries if leaf else [Entry(None, parameter.default)])
        return entries or [Entry(None, parameter.default)]

    def _refuse_dead(self, path: Path, leaf: Leaf, switch: str, readers: tuple[str, ...]) -> None:
        """Say that a key is read by nothing, unless it comes from above the switch."""
        depths = [
            self.document.leaves[each].depth
            for each in switch_paths(path, switch, self.document.rows)
            if each in self.document.leaves
        ]
        if depths and leaf.depth > min(depths):
            return
        kind = switch_of(parameter_of(path), switch).kind
        rule = says(
            "is read by nothing: it counts only when {switch} is {modes}, and here it is {now}",
            "不会起作用，因为只有当 {switch} 为 {modes} 时才会读取，而这里是 {now}",
            switch=switch,
            modes=either(kind.line(each) for each in readers),
            now=shown(self._switches(path, switch)[0].value),
        )
        line = f"{switch.rpartition('.')[2]} = {kind.line(readers[0])}"
        example = says("{line}, or leave it out", "{line}，或删去此项", line=line)
        self.problems.append(Problem(leaf.file, spelled(path), rule, shown(leaf.entries[0].value), example=example))

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
            flat[path] = default_value(parameter, setting)
            return flat[path]
        if not self._is_read(path, parameter, since):
            flat[path] = parameter.kind.unread
            return None
        self._miss(path, parameter)
        return None

    def _is_read(self, path: Path, parameter: Parameter, since: date) -> bool:
        """Whether the switches of a parameter make this version read it."""
        for switch, readers in parameter.read_when:
            kind, default = switch_of(parameter, switch).kind, switch_of(parameter, switch).default
            leaves = [self.document.leaves.get(each) for each in switch_paths(path, switch, self.document.rows)]
            values = [entry_at(leaf, since).value if leaf else default for leaf in leaves] or [default]
            if not any(kind.mode(each) in readers for each in values):
                return False
        return True

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
        fields: dict[str, Any] = {each.attribute: flat[(*path, key)] for key, each in section.parameters.items()}
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
