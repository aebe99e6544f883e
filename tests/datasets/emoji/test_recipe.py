"""The recipe of the emoji, where it can go wrong: factors, splits, packages, an interruption."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

RECIPES = Path(__file__).parents[3] / "recipes"
GENDERS = ("neutral", "female", "male")
TONES = ("light", "medium-light", "medium", "medium-dark", "dark")


@pytest.fixture(scope="module", autouse=True)
def recipes_are_found() -> Iterator[None]:
    """The programs in recipes/ import each other by name."""
    sys.path.insert(0, str(RECIPES))
    yield
    sys.path.remove(str(RECIPES))


def recipe(name: str) -> ModuleType:
    if name in ("emoji_sheets", "emoji_names") and not importlib.util.find_spec("resvg_py"):
        pytest.skip("resvg-py, which only the recipe needs, is not installed")
    return importlib.import_module(name)


def test_a_finished_folder_takes_the_old_one_s_place_and_keeps_what_is_written_by_hand(tmp_path):
    out, new = tmp_path / "data", tmp_path / "scratch" / "new"
    out.mkdir()
    new.mkdir(parents=True)
    for name in ("DATASHEET.md", "gone.csv"):
        (out / name).write_text("old")
    (new / "table.csv").write_text("new")
    recipe("in_place").put_in_place(new, out, ["DATASHEET.md", "never there"])
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "DATASHEET.md": "old",
        "table.csv": "new",
    }
    assert not new.exists()


# ── factors and splits ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("code", "neutral", "gender"),
    [
        ("1F469-200D-1F692", "1F9D1-200D-1F692", "female"),  # woman firefighter
        ("1F3C3-200D-2642", "1F3C3", "male"),  # man running
        ("1F3C3-200D-2640-200D-27A1", "1F3C3-200D-27A1", "female"),  # woman running, to the right
        ("1F468", "1F9D1", "male"),
        ("1F466", "1F9D2", "male"),  # boy: child
        ("1F469-200D-1F469-200D-1F466", "1F469-200D-1F469-200D-1F466", ""),  # a family
        ("1F483", "1F483", ""),  # woman dancing: no neutral form
        ("1F600", "1F600", ""),
    ],
)
def test_a_gender_is_read_off_the_code_points(code: str, neutral: str, gender: str) -> None:
    known = {"1F9D1-200D-1F692", "1F3C3", "1F3C3-200D-27A1", "1F9D1", "1F9D2", "1F600", "1F483"}
    assert recipe("emoji_table").neutral_form(code, known) == (neutral, gender)


def form(concept: str, gender: str, tone: str) -> dict[str, str]:
    return {
        "codepoints": f"{concept}/{gender}/{tone}",
        "concept": concept,
        "gender": gender,
        "skin_tone": tone,
        "group": "people",
    }


def test_compositions_are_held_out_in_a_latin_square() -> None:
    forms = list(product([f"job {k}" for k in range(40)], GENDERS, ("default", *TONES)))
    table = [form(*f) for f in forms]
    recipe("emoji_table").add_splits(table, [])
    by_concept: dict[str, list[dict[str, str]]] = {}
    for row in table:
        by_concept.setdefault(row["concept"], []).append(row)
    splits = [{row["split"] for row in rows} for rows in by_concept.values()]
    assert splits.count({"test"}) == 6  # 15 % of the concepts
    assert splits.count({"valid"}) == 4
    assert splits.count({"train", "valid", "test"}) == 30
    for rows in by_concept.values():
        for part in ("valid", "test"):
            held = [row for row in rows if row["split"] == part and row["unseen"] == "composition"]
            assert len(held) in (0, 3)
            assert len({row["gender"] for row in held}) == len(held)
            assert len({row["skin_tone"] for row in held}) == len(held)


def test_what_looks_alike_shares_a_split() -> None:
    table = [form(*f) for f in product([f"job {k}" for k in range(40)], GENDERS, TONES)]
    alike = [{f"job 0//{t}"} for t in TONES]
    alike += [{f"job {k}/neutral/{t}", f"job {k}/male/{t}"} for k in range(20) for t in TONES]
    alike += [{f"job {k}/female/light", f"job {k + 1}/female/light"} for k in range(0, 40, 2)]
    alike += [{f"job 7/female/{t}" for t in TONES}]
    tables = recipe("emoji_table")
    tables.add_splits(table, alike)
    split = {row["codepoints"]: row["split"] for row in table}
    for same in alike:
        assert len({split[code] for code in same if code in split}) <= 1
    assert {row["split"] for row in table} == {"train", "valid", "test"}


def test_the_order_of_the_table_has_no_say() -> None:
    table = [form(*f) for f in product([f"job {k}" for k in range(20)], GENDERS, TONES)]
    again = [dict(row) for row in reversed(table)]
    recipe("emoji_table").add_splits(table, [])
    recipe("emoji_table").add_splits(again, [])
    assert table == again[::-1]


def test_slugs() -> None:
    slug = recipe("emoji_table").slug
    assert slug("flag: Côte d’Ivoire") == "flag-cote-divoire"
    assert slug("woman firefighter: medium-dark skin tone") == (
        "woman-firefighter-medium-dark-skin-tone"
    )
    assert slug("Japanese “here” button") == "japanese-here-button"


# ── packages ───────────────────────────────────────────────────────────────────────────────────
def test_a_package_with_other_bytes_is_not_opened(tmp_path: Path) -> None:
    packages = recipe("emoji_packages")
    number, _ = packages.PACKAGES["emojibase-data"]
    archive = tmp_path / f"emojibase-data-{number}.tgz"
    archive.write_bytes(b"not what was asked for")
    with pytest.raises(SystemExit, match=r"has SHA-256 .* delete it and try again"):
        packages.fetch("emojibase-data", tmp_path, tmp_path / "opened")
    assert not (tmp_path / "opened").exists()


def test_a_package_that_cannot_be_fetched_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = recipe("emoji_packages")
    monkeypatch.setenv("PATH", str(tmp_path))  # no npm there
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(SystemExit, match=r"could not fetch @iconify-json/noto 1\.2\.9:\nno netwo"):
        packages.fetch("@iconify-json/noto", tmp_path, tmp_path / "opened")


def test_every_package_is_pinned_by_its_bytes() -> None:
    for number, digest in recipe("emoji_packages").PACKAGES.values():
        assert number[0].isdigit()
        assert len(digest) == 64


# ── sheets ─────────────────────────────────────────────────────────────────────────────────────
def test_few_colours_are_kept_as_they_are() -> None:
    sheets = recipe("emoji_sheets")
    rng = np.random.default_rng(0)
    colours = np.array(
        [[0, 0, 0, 0], [255, 0, 0, 255], [0, 64, 255, 255], [9, 9, 9, 128]], np.uint8
    )
    pictures = colours[rng.integers(0, 4, (6, 48, 48))]
    indices, palette = sheets.reduce_colours(pictures)
    assert np.array_equal(palette[indices], pictures)
    assert (indices[pictures[..., 3] == 0] == 0).all()


def test_a_mirrored_drawing_is_mirrored(tmp_path: Path) -> None:
    sheets = recipe("emoji_sheets")
    (tmp_path / "icons.json").write_text(
        '{"width": 8, "height": 8, "icons": {"left": {"body": "<rect width=\'4\' height=\'8\'/>"}},'
        ' "aliases": {"right": {"parent": "left", "hFlip": true}, "west": {"parent": "left"},'
        ' "up": {"parent": "left", "rotate": 1}}}'
    )
    (tmp_path / "chars.json").write_text('{"2b05-fe0f": "left"}')
    (tmp_path / "info.json").write_text('{"prefix": "test"}')
    drawings = sheets.Drawings(tmp_path)
    assert drawings.by_code == {"2B05": "left"}
    assert drawings.synonyms() == {"left": {"left", "west"}, "west": {"left", "west"}}
    names = ("left", "right", "west", "up")
    alpha = sheets.rasterise([drawings.svg(name) for name in names], "test")[..., 3]
    left, right, west, up = alpha
    assert left[:, :24].all()
    assert not left[:, 24:].any()
    assert np.array_equal(right, left[:, ::-1])
    assert np.array_equal(west, left)
    assert np.array_equal(up, np.rot90(left, -1))
