"""The rows of emoji.csv: which emoji there are, their words, what each is made of, their splits.

An emoji of a person is composed of a *concept* (firefighter), a *gender* (neutral, female, male)
and a *skin tone*. Unicode spells this out in code points, so the factors are read off, not guessed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

TONES = ("light", "medium-light", "medium", "medium-dark", "dark")
GENDERS = ("neutral", "female", "male")
SIGNS = {"2640": "female", "2642": "male"}
ADULTS = {"1F469": "female", "1F468": "male"}
PEOPLE = {"1F466", "1F467", "1F468", "1F469", "1F9D1", "1F9D2"}
# Emoji whose neutral form has other code points altogether.
BY_HAND = {
    "1F467": ("1F9D2", "female"), "1F466": ("1F9D2", "male"),  # girl, boy: child
    "1F475": ("1F9D3", "female"), "1F474": ("1F9D3", "male"),  # old woman, man: older person
    "1F936": ("1F9D1-200D-1F384", "female"), "1F385": ("1F9D1-200D-1F384", "male"),  # Claus
    "1F478": ("1FAC5", "female"), "1F934": ("1FAC5", "male"),  # princess, prince
    "1F930": ("1FAC4", "female"), "1FAC3": ("1FAC4", "male"),  # pregnant
}  # fmt: skip
VALID, TEST = 0.10, 0.15  # share of each group's concepts held out


def key(hexcode: str) -> str:
    """Code points without the selector of the emoji form: 2764-FE0F → 2764."""
    return "-".join(part for part in hexcode.upper().split("-") if part != "FE0F")


def character(code: str) -> str:
    """The characters of a key."""
    return "".join(chr(int(part, 16)) for part in code.split("-"))


def annotations(folders: Iterable[Path], language: str) -> dict[str, tuple[str, list[str]]]:
    """Character (without selector) → (name, keywords) in one language, of CLDR."""
    words = {}
    for folder in folders:
        [path] = folder.glob(f"annotations*/{language}/annotations.json")
        [content] = json.loads(path.read_text(encoding="utf-8")).values()
        for emoji, entry in content["annotations"].items():
            words[emoji] = (entry["tts"][0], entry.get("default", []))
    return words


def all_emoji(emojibase: Path) -> Iterator[dict]:
    """Every emoji of Unicode's list in its order: base emoji, each before its skin tones."""
    groups = json.loads((emojibase / "meta/groups.json").read_text(encoding="utf-8"))
    data = json.loads((emojibase / "en/data.json").read_text(encoding="utf-8"))
    for base in sorted((e for e in data if "group" in e), key=lambda e: e["order"]):
        if groups["groups"][str(base["group"])] == "component":
            continue
        for emoji in (base, *base.get("skins", ())):
            tone = emoji.get("tone", [])
            tone = tone if isinstance(tone, list) else [tone]
            yield {
                "emoji": emoji["emoji"],
                "codepoints": key(emoji["hexcode"]),
                "base": key(base["hexcode"]),
                "group": groups["groups"][str(base["group"])],
                "subgroup": groups["subgroups"][str(base["subgroup"])],
                "version": f"{emoji['version']:g}",
                "toned": bool(base.get("skins")),
                "tone": "+".join(TONES[t - 1] for t in tone),
            }


def neutral_form(code: str, known: set[str]) -> tuple[str, str]:
    """(code points of the form without gender, gender); the gender is "" if there is none."""
    if code in BY_HAND:
        return BY_HAND[code]
    for sign, gender in SIGNS.items():
        plain = code.replace(f"-200D-{sign}", "")
        if plain != code and plain in known:
            return plain, gender
    first, *rest = code.split("-")
    if first in ADULTS and not PEOPLE & set(rest):
        plain = "-".join(["1F9D1", *rest])
        if plain in known:
            return plain, ADULTS[first]
    return code, ""


def rows(emojibase: Path, cldr: tuple[Path, Path]) -> list[dict[str, str]]:
    """A row an emoji, with words and factors, without splits and cells."""
    found = list(all_emoji(emojibase))
    words = {language: annotations(cldr, language) for language in ("en", "zh")}
    known = {e["base"] for e in found}
    neutral = {base: neutral_form(base, known) for base in known}
    gendered = {plain for plain, gender in neutral.values() if gender}
    table = []
    for e in found:
        plain, gender = neutral[e["base"]]
        row = {k: e[k] for k in ("emoji", "codepoints")}
        for language in ("en", "zh"):
            name, keywords = words[language][character(e["codepoints"])]
            row[f"name_{language}"] = name
            row[f"keywords_{language}"] = "|".join(k for k in keywords if k != name)
        row |= {k: e[k] for k in ("group", "subgroup", "version")}
        row["concept"] = words["en"][character(plain)][0]
        row["gender"] = gender or ("neutral" if plain in gendered else "")
        row["skin_tone"] = e["tone"] or ("default" if e["toned"] else "")
        table.append(row)
    names = [row["name_en"] for row in table]
    if len(set(names)) < len(names):
        raise ValueError("two emoji have one English name")
    return table


# ── splits ─────────────────────────────────────────────────────────────────────────────────────
def drawn_order(words: Iterable[str]) -> list[str]:
    """The words in an order that depends on nothing but the words."""
    return sorted(words, key=lambda w: hashlib.sha256(w.encode()).digest())


def _joined(items: Iterable[str], alike: Iterable[Iterable[str]]) -> dict[str, str]:
    """Item → the name of its set, where `alike` says which items belong together."""
    leader = {item: item for item in items}

    def find(item: str) -> str:
        while leader[item] != item:
            item = leader[item]
        return item

    for same in alike:
        first, *others = sorted(same)
        for other in others:
            leader[find(other)] = find(first)
    return {item: find(item) for item in leader}


def add_splits(table: list[dict[str, str]], alike: list[set[str]]) -> None:
    """Write `split` (train, valid, test) and `unseen` ("", concept, composition) into the rows.

    Held-out *concepts*: of every group, a tenth is valid and 15 percent test, with all genders
    and tones. Held-out *compositions*: of a training concept, the default skin tone always stays;
    of its toned forms a Latin square holds one tone in five out for test and one for valid, so
    that every gender of the concept stays in training with other tones, and every tone with
    another gender (unless the concept has none, or all are drawn alike).

    `alike` are sets of code points of which some style has the very same picture. They must not
    be in two splits: such concepts are held out together, and such genders of a concept too.
    """
    row_of = {row["codepoints"]: row for row in table}
    pictured = [[row_of[code] for code in same if code in row_of] for same in alike]
    pictured = [same for same in pictured if len(same) > 1]
    concepts = dict.fromkeys(row["concept"] for row in table)
    leader = _joined(concepts, ({row["concept"] for row in same} for same in pictured))
    split = _concepts(table, leader)
    # Within a set of concepts: genders that look alike, and whether tones do.
    alike_genders, toneless = defaultdict(list), set()
    for same in pictured:
        mine = leader[same[0]["concept"]]
        alike_genders[mine].append({row["gender"] for row in same if row["gender"]})
        if len({row["skin_tone"] for row in same}) > 1:
            toneless.add(mine)
    genders = {mine: _joined(GENDERS, filter(None, sets)) for mine, sets in alike_genders.items()}

    for row in table:
        row["split"] = split[row["concept"]]
        row["unseen"] = "" if row["split"] == "train" else "concept"
        mine, tone = leader[row["concept"]], row["skin_tone"]
        if row["split"] == "train" and tone not in ("", "default") and mine not in toneless:
            gender = genders.get(mine, {}).get(row["gender"], row["gender"])
            part = _composition(mine, gender, tone)
            row["split"], row["unseen"] = part, "" if part == "train" else "composition"


def _concepts(table: list[dict[str, str]], leader: dict[str, str]) -> dict[str, str]:
    """Concept → split: those of a group in a drawn order, test first, then valid, then train."""
    group_of = {row["concept"]: row["group"] for row in table}
    split: dict[str, str] = {}
    for group in dict.fromkeys(group_of.values()):
        members = defaultdict(list)
        for c in group_of:
            if group_of[leader[c]] == group:
                members[leader[c]].append(c)
        total = sum(map(len, members.values()))
        room = {"test": round(TEST * total), "valid": round(VALID * total)}
        for name in drawn_order(members):
            part = next((p for p in room if room[p] >= len(members[name])), "train")
            if part != "train":
                room[part] -= len(members[name])
            split.update(dict.fromkeys(members[name], part))
    return split


def _composition(concept: str, gender: str, tone: str) -> str:
    offset = int(hashlib.sha256(concept.encode()).hexdigest(), 16)
    g = GENDERS.index(gender) if gender else 0
    t = sum(TONES.index(part) for part in tone.split("+"))
    return {0: "test", 1: "valid"}.get((t - offset - 2 * g) % 5, "train")


# ── names of drawings ──────────────────────────────────────────────────────────────────────────
def slug(name: str) -> str:
    """A name as the drawings' files spell it: "Mrs. Claus" → "mrs-claus"."""
    name = name.lower().replace("’", "").replace("“", "").replace("”", "").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", name.translate(_PLAIN)).strip("-")


_PLAIN = str.maketrans("àáâãåäçèéêëìíîïñòóôõöøùúûüý", "aaaaaaceeeeiiiinoooooouuuuy")


def formal_names(emojibase: Path) -> dict[str, str]:
    """Code point → its formal Unicode name, which some old packages use."""
    path = emojibase / "meta/unicode-names.json"
    return {key(c): n for c, n in json.loads(path.read_text(encoding="utf-8")).items()}
