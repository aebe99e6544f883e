"""Which drawing of a package shows which emoji.

Some packages say it by code points; the older ones have names only.
"""

from __future__ import annotations

import emoji_table as tables
from emoji_by_hand import FXEMOJI, NOT_SHOWN
from emoji_sheets import Drawings


def names_of(
    table: list[dict[str, str]], drawings: dict[str, Drawings], formal: dict[str, str]
) -> dict[str, tuple[list[str], list[str]]]:
    """Code points → names that its drawing may have: its own, and others.

    Four packages say which code points a drawing is of; the names they use for it are those of
    the older packages too, which say only names.
    """
    names: dict[str, tuple[list[str], list[str]]] = {}
    synonyms = {style: d.synonyms() for style, d in drawings.items()}
    for row in table:
        code = row["codepoints"]
        own, others = [tables.slug(row["name_en"])], []
        if row["group"] == "flags":
            country = tables.slug(row["name_en"].replace("&", "and")).removeprefix("flag-")
            own += [f"{flag}-{country}" for flag in ("flag", "flag-for", "flag-for-flag")]
        for style, d in drawings.items():
            if code in d.by_code:
                name = d.by_code[code]
                others += [name, *sorted(synonyms[style].get(name, ()))]
        if code in formal:
            others.append(tables.slug(formal[code]))
        names[code] = own, list(dict.fromkeys(others))
    return names


def match(
    table: list[dict[str, str]],
    drawing: Drawings,
    names: dict[str, tuple[list[str], list[str]]],
) -> dict[str, str]:
    """Code points → name of the style's drawing, for the emoji it has; no drawing twice."""
    codes = [row["codepoints"] for row in table]
    if drawing.by_code:
        return {code: drawing.by_code[code] for code in codes if code in drawing.by_code}
    by_hand = by_hand_names(drawing)
    same = drawing.synonyms()
    squeezed = {name.replace("-", ""): name for name in sorted(drawing.names())}
    matched = {code: by_hand[code] for code in codes if code in by_hand}
    taken = {first(same, name) for name in matched.values()}
    # Own names first: of two that may be called "cricket", the game and the insect, an old
    # package has one; and the flag of France is Clipperton's in some packages, not in all.
    own = {c: [n for n in mine if n in drawing.icons] for c, (mine, _) in names.items()}
    every = {c: [*mine, *others] for c, (mine, others) in names.items()}
    for candidates in (own, every):
        for code in codes:
            if code in matched or (by_hand and code in NOT_SHOWN):
                continue
            for name in candidates[code]:
                name = name if name in drawing.names() else squeezed.get(name.replace("-", ""))
                if name and first(same, name) not in taken:
                    matched[code] = name
                    taken.add(first(same, name))
                    break
    return {code: matched[code] for code in codes if code in matched}


def by_hand_names(drawing: Drawings) -> dict[str, str]:
    """The list made by hand, for the style it was made for."""
    if drawing.info["prefix"] != "fxemoji":
        return {}
    if lacking := set(FXEMOJI.values()) - drawing.names():
        raise ValueError(f"fxemoji has no drawing {min(lacking)!r}")
    return FXEMOJI


def first(same: dict[str, set[str]], name: str) -> str:
    """One name for all names of the same drawing."""
    return min(same.get(name, {name}))
