"""Makes the bundled Chinese font: a renamed subset of Noto Sans CJK SC as WOFF2.

Needs the packages fonttools and brotli, and NotoSansCJK-Regular.ttc (Debian: fonts-noto-cjk)::

    python make_font.py NotoSansCJK-Regular.ttc workbench-sans-sc.woff2
"""

from __future__ import annotations

import sys

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Workbench Sans SC"
SOURCE_FAMILY = "Noto Sans CJK SC"
MARKS = "−–—‘’“”…·•×÷±≤≥≈≠→←↑↓↔∑√∞∆Δμπσ€£¥₩₹™©®✓✗○●◇◆□■△▲▽▼"
NARROW_SPACES = (0x2009, 0x202F)
"""Spaces that the source lacks; drawn as its ordinary space, which is narrow."""


def characters() -> set[int]:
    """GB 2312, Latin letters, full-width forms and `MARKS`."""
    codes = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0xFF01, 0xFF5F)) | set(range(0x3000, 0x3018))
    for high in range(0xA1, 0xF8):
        row = (bytes((high, low)).decode("gb2312", errors="ignore") for low in range(0xA1, 0xFF))
        codes |= {ord(each) for each in row if each}
    return codes | {ord(each) for each in MARKS}


def rename(font: TTFont) -> None:
    """Give the font its own name, so that it cannot clash with an installed one."""
    compact = FAMILY.replace(" ", "")
    names = font["name"]
    names.names = [each for each in names.names if each.platformID == 3 and each.langID == 0x409]
    texts = {1: FAMILY, 2: "Regular", 3: f"{compact}-Regular;from {SOURCE_FAMILY}", 4: FAMILY, 6: f"{compact}-Regular"}
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    for number in (7, 16, 17):
        names.removeNames(nameID=number)
    table = font["CFF "].cff
    table.fontNames = [f"{compact}-Regular"]
    table.topDictIndex[0].FullName = table.topDictIndex[0].FamilyName = FAMILY


def main(source: str, target: str) -> None:
    """Write the subset of ``source`` to ``target``."""
    font = next(each for each in TTCollection(source).fonts if each["name"].getDebugName(1) == SOURCE_FAMILY)
    options = subset.Options()
    options.layout_features = ["kern"]
    options.name_IDs = [*range(7), 8, 9, 10, 11, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= dict.fromkeys(NARROW_SPACES, table.cmap[0x20])
    rename(font)
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
