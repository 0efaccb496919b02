"""The reference page of policy files, made from the declarations, in English and Chinese.

    python -m policies.reference

writes ``docs/policy.md`` and ``docs/policy.zh.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from policies.advice import CHECKS
from policies.declare import REQUIRED, Parameter, Section
from policies.errors import Words, shown
from policies.parameters import HEADER, ROOT
from policies.reference_texts import GIVEN_BACK

DOCS = Path(__file__).resolve().parent.parent / "docs"
"""Folder of the pages."""

PAGES = {"en": DOCS / "policy.md", "zh": DOCS / "policy.zh.md"}
"""The page of each language."""

_INTRODUCTION = Words(
    """# Policy files

A policy is one TOML file that reads like the rule sheet of a membership program. This page lists every table and key.
It is made from the declarations that the program itself reads, so it cannot be out of date:

```
python -m policies.reference
```

- Money is a quoted decimal in the program's currency (`"0.01"`), a rate is a plain number (`0.05` is five per cent),
  a length of time is quoted (`"12 months"`). `"none"` stands for "there is no such limit" where that is legal.
- A file that `extends` another one holds only what differs. Rows with the same name merge; lists of rows without
  names replace each other whole.
- Every key marked "by date" can change on given days: `pending = { 2027-01-01 = "7 days", 2027-07-01 = "0 days" }`.
- Every value can say where it comes from: `value = { value = "0.01", reference = "price list 2027" }`.
- A key that nothing reads is an error, and so is a key that does not exist.
""",
    """# 方案文件

一套方案就是一个 TOML 文件，读起来如同会员计划的规则表。本页列出所有的表和键，
由程序自身读取的声明生成，因此不会过时：

```
python -m policies.reference
```

- 金额写成带引号的小数，以方案货币计（`"0.01"`）；比例写成普通数字（`0.05` 即 5%）；
  时长带引号（`"12 months"`）。允许时，`"none"` 表示“没有这一限制”。
- 用 `extends` 基于另一文件时，只写不同之处。同名的行逐键合并；没有名称的行列表整体替换。
- 标有“可按日期”的键可以在指定日期改变：`pending = { 2027-01-01 = "7 days", 2027-07-01 = "0 days" }`。
- 任何值都可以注明出处：`value = { value = "0.01", reference = "2027 年价目表" }`。
- 不起作用的键是错误，不存在的键也是错误。
""",
)
_HEAD = Words(
    "| Key | Meaning | Unit | Range | Default | Example |\n| --- | --- | --- | --- | --- | --- |",
    "| 键 | 含义 | 单位 | 范围 | 默认 | 示例 |\n| --- | --- | --- | --- | --- | --- |",
)

_ADVICE = Words(
    """## Advice

A file without a mistake can still hold what its designer did not mean. `tierlab check` says so below its "ok", and the
app beside the rules; nothing is blocked by it. Each remark names the keys and values, what can happen, a member to whom
it happens with the numbers of that policy, and what helps. Only the rules are looked at: nothing is simulated. What
cannot be meant at all, such as `keep` above `enter`, is an error and no advice.
""",
    """## 提示

没有错误的文件，也可能与设计者的本意不符。`tierlab check` 会在“没有问题”之后说明，应用中则显示在规则旁；
提示不影响使用。每条提示写明相关的键和值、可能发生什么、以该方案的数字举出的会员例子，以及解决办法。
检查只看规则，不做模拟。绝不可能是本意的写法（如 `keep` 高于 `enter`）是错误，而不是提示。
""",
)

UNITS_ZH = {
    "text": "文本",
    "name": "名称",
    "name or path": "名称或路径",
    "names of tiers": "等级名称",
    "ISO 4217 code": "ISO 4217 代码",
    "IANA name": "IANA 名称",
    "true or false": "true 或 false",
    "choice": "选项",
    "window": "统计周期",
    "period": "时长",
    "days": "天",
    "years": "年",
    "month-day": "月-日",
    "times": "倍",
    "times per period": "每周期次数",
    "name of a tier": "等级名称",
    "names": "名称",
    "pieces": "件",
    "date": "日期",
    "choices": "选项",
    "months or years": "月或年",
    "share of what it applies to": "适用金额的比例",
    "share (resolved: millionths)": "比例（解析为百万分之一）",
    "money per point (resolved: basis points of a minor unit)": "每积分金额（解析为最小货币单位的万分之一）",
    "orders": "单",
    "points": "积分",
    "days and points": "天数与积分",
    "growth": "成长值",
    "gifts": "赠品",
    "share of the price": "价格的比例",
    "share of the order": "订单金额的比例",
    "share per period": "每周期的比例",
    "money": "金额",
    "money per order": "每单金额",
    "money per month": "每月金额",
    "money per refund": "每次退货金额",
    "growth per unit of money": "每一单位货币的成长值",
    "points per unit of money": "每一单位货币的积分",
    "money if tiers count spend, else whatever they count": "按消费计算等级时为金额，否则为所计量的指标",
}
"""The units of the declarations in Chinese."""


def reference_page(language: str) -> str:
    """The whole page in Markdown, in a language: ``"en"`` or ``"zh"``."""
    parts = [_INTRODUCTION.text(language), *_section(HEADER, "", language)]
    for key, section in ROOT.sections.items():
        parts += _section(section, key, language)
    parts += [GIVEN_BACK.text(language), *_advice(language)]
    return "\n".join(parts) + "\n"


def _section(section: Section, path: str, language: str) -> Iterator[str]:
    """One table and those inside it."""
    yield f"## {section.title_zh if language == 'zh' else section.title}\n"
    if path:
        yield _place(section, path, language) + "\n"
    if section.parameters:
        yield _HEAD.text(language)
        for key, parameter in section.parameters.items():
            yield _row(key, parameter, language)
        yield ""
    for key, inner in section.sections.items():
        yield from _section(inner, f"{path}.{key}", language)


def _advice(language: str) -> Iterator[str]:
    """What is legal and told all the same: every check with its code."""
    yield _ADVICE.text(language)
    for code, each in CHECKS.items():
        colon, helps = ("：", "办法：") if language == "zh" else (": ", " What helps: ")
        yield f"- `{code}`{colon}{each.meaning.text(language)}{helps}{each.cure.text(language)}"


def _place(section: Section, path: str, language: str) -> str:
    """How the table is written."""
    zh = language == "zh"
    if not section.rows:
        return f"`[{path}]`"
    most = (f"，最多 {section.most} 行" if zh else f", at most {section.most} rows") if section.most else ""
    if not section.named:
        inline = f"{path.rpartition('.')[2]} = [ {{ ... }}, ... ]"
        return f"`{inline}`" + ("，列表整体替换" if zh else ", a list that is replaced whole") + most
    known_by = f"以 `{section.known_by}` 区分各行" if zh else f"rows are known by `{section.known_by}`"
    return f"`[[{path}]]`" + ("，" if zh else ", ") + known_by + most


def _row(key: str, parameter: Parameter, language: str) -> str:
    zh = language == "zh"
    title = parameter.title_zh if zh else parameter.title
    meaning = [parameter.meaning_zh if zh else parameter.meaning]
    if parameter.read_when:
        conditions = (" 且 " if zh else " and ").join(
            f"`{switch}` = " + (" 或 " if zh else " or ").join(f"`{word}`" for word in words)
            for switch, words in parameter.read_when
        )
        meaning.append(f"仅当 {conditions} 时读取。" if zh else f"Read only when {conditions}.")
    if parameter.dated:
        meaning.append("可按日期。" if zh else "By date.")
    cells = [
        f"`{key}`<br>{title}",
        ("" if zh else " ").join(meaning),
        UNITS_ZH[parameter.unit] if zh else parameter.unit,
        parameter.range_zh if zh else parameter.range,
        _default(parameter, language),
        f"`{parameter.example}`",
    ]
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


def _default(parameter: Parameter, language: str) -> str:
    zh = language == "zh"
    if parameter.default_from:
        return f"同 `{parameter.default_from}`" if zh else f"as `{parameter.default_from}`"
    if parameter.default is REQUIRED:
        return "必填" if zh else "required"
    if parameter.default is None:
        return "无" if zh else "none"
    return "`{}`" if parameter.default == {} else f"`{shown(parameter.default)}`"


def main() -> None:
    """Write the pages."""
    for language, page in PAGES.items():
        page.write_text(reference_page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
