"""Emoji: what a sample is, what each dial does, and what is said when something is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mmtutor.datasets import Emoji, EmojiCatalogue
from mmtutor.datasets.emoji.files import SIDE
from mmtutor.datasets.tokens import UNK
from tests.datasets.conftest import everything, reseal, share_alike

pytestmark = share_alike

PERMISSIVE = ("noto", "twemoji", "fluent", "emojione", "noto-v1", "fxemoji")
SHARE_ALIKE = ("openmoji", "emojione-v1")


@pytest.fixture(scope="module")
def catalogue() -> EmojiCatalogue:
    return EmojiCatalogue("all")


@pytest.fixture
def data(copy_of: Callable[..., Path]) -> Path:
    """A copy of data/ with both emoji folders, in which a test may do damage."""
    return copy_of("emoji", "emoji_sharealike")


# ── what a batch is ────────────────────────────────────────────────────────────────────────────
def test_pictures_are_those_of_the_sheet_and_words_those_of_the_table() -> None:
    data = Emoji("valid", styles=["twemoji", "noto-v1"], text="keywords", language="zh")
    inputs, y = everything(data)
    for i in range(0, len(data), 7):
        row, style = data.rows[i], data.style_of[i]
        assert row.split == "valid"
        picture = torch.from_numpy(data.picture(row.character, style)).permute(2, 0, 1)
        assert torch.equal(inputs["image"][i], picture / 255)
        assert y[i] == data.class_names.index(row.group)
        known = data.tokenizers["zh"]
        words = [w if w in known.id else "<unk>" for w in known.split(data.texts["text"][i])]
        ids = inputs["text"][i]
        assert [known.words[k] for k in ids[ids > 0]] == words
        assert data.texts["text"][i] == ", ".join(row.keywords["zh"] or [row.name["zh"]])


@pytest.mark.parametrize("style", [*PERMISSIVE, *SHARE_ALIKE])
def test_white_is_the_transparent_picture_over_white(style: str) -> None:
    white = everything(Emoji("valid", styles=style))[0]["image"]
    clear = everything(Emoji("valid", styles=style, background="transparent"))[0]["image"]
    assert clear.shape[1] == 4
    alpha = clear[:, 3:]
    torch.testing.assert_close(
        white, alpha * clear[:, :3] + (1 - alpha), rtol=0, atol=0.5 / 255 + 1e-6
    )
    assert (alpha == 0).any()
    assert (alpha.amax(dim=(1, 2, 3)) > 0.9).all()  # something is drawn in every picture
    assert (white[(alpha == 0).expand_as(white)] == 1).all()


# ── what changes, and what does not ────────────────────────────────────────────────────────────
def test_training_pictures_move_by_whole_pixels_and_nothing_else_changes() -> None:
    moved = Emoji("train", styles="fluent", background="transparent", shift=6, seed=1)
    still = Emoji("train", styles="fluent", background="transparent")
    x0 = everything(still)[0]["image"][:200].numpy()
    padded = np.pad(x0, ((0, 0), (0, 0), (6, 6), (6, 6)))  # outside of a picture is nothing
    seen = set()
    for epoch in (0, 1, 2):
        moved.set_epoch(epoch)
        inputs, y = everything(moved)
        assert torch.equal(y, still.targets)
        assert torch.equal(inputs["text"], everything(still)[0]["text"])
        for i in range(200):
            down, across = int(moved._down[i]), int(moved._across[i])
            seen.add((down, across))
            window = padded[i, 3, down : down + SIDE, across : across + SIDE]
            assert np.array_equal(inputs["image"][i, 3].numpy(), window)
    assert {d for d, _ in seen} == {a for _, a in seen} == set(range(13))


# ── dials ──────────────────────────────────────────────────────────────────────────────────────
def test_a_style_can_be_held_out_and_asked_for() -> None:
    left = Emoji("train", without="noto")
    assert left.styles == PERMISSIVE[1:]
    assert set(left.style_of) == set(PERMISSIVE[1:])
    held = Emoji("train", styles="noto")
    assert set(held.style_of) == {"noto"}
    assert len(left) + len(held) == len(Emoji("train"))
    assert Emoji("train", styles="all", without=["noto", "openmoji"]).styles == (
        *PERMISSIVE[1:],
        "emojione-v1",
    )
    assert Emoji("test", styles="all").styles == (*PERMISSIVE, *SHARE_ALIKE)


def test_variants_and_kinds_of_unseen() -> None:
    base = Emoji("test")
    assert {row.unseen for row in base.rows} == {"concept"}
    assert all(row.is_base for row in base.rows)
    every = Emoji("test", variants=True)
    concepts = Emoji("test", variants=True, unseen="concept")
    compositions = Emoji("test", variants=True, unseen="composition")
    assert len(concepts) + len(compositions) == len(every)
    assert {row.unseen for row in compositions.rows} == {"composition"}
    assert not any(row.is_base for row in compositions.rows)
    assert not {r.codepoints for r in concepts.rows} & {r.codepoints for r in compositions.rows}


@pytest.mark.parametrize("target", ["group", "subgroup", "concept", "style", "sentiment"])
def test_a_class_has_one_number_in_every_split(target: str) -> None:
    meaning: dict[int, str] = {}
    sets = [Emoji(split, styles="all", target=target) for split in ("train", "valid", "test")]
    for data in sets:
        assert data.class_names == sets[0].class_names
        assert data.num_classes == len(data.class_names) > data.targets.max()
        for row, style, y in zip(data.rows, data.style_of, data.targets.tolist(), strict=True):
            if target == "style":
                name = style
            elif target == "sentiment":
                counts = np.array(row.sentiment)
                assert counts[y] == counts.max()
                name = ("negative", "neutral", "positive")[y]
            else:
                name = getattr(row, target)
            assert meaning.setdefault(y, name) == name == data.class_names[y]
    if target in ("group", "style", "sentiment"):
        assert set(sets[0].targets.tolist()) == set(range(sets[0].num_classes))


def test_sentiment_is_what_people_said() -> None:
    data = Emoji("train", target="sentiment")
    assert data.sentiment.shape == (len(data), 3)
    torch.testing.assert_close(data.sentiment.sum(dim=1), torch.ones(len(data)))
    joy = next(i for i, row in enumerate(data.rows) if row.character == "😂")
    counts = torch.tensor([3614, 4163, 6845])  # Kralj Novak et al. 2015
    assert data.rows[joy].sentiment == tuple(counts.tolist())
    torch.testing.assert_close(data.sentiment[joy], (counts + 1) / (counts.sum() + 3))
    assert data.class_names[data.targets[joy]] == "positive"
    assert data.sentiment.isfinite().all()
    some = Emoji("train", styles="all").sentiment
    assert 0 < some.isnan().all(dim=1).float().mean() < 1
    assert Emoji("train").sentiment is None


def test_language_and_text() -> None:
    english = Emoji("train", styles="noto", text="both")
    assert english.modalities == ("image", "text")
    chinese = Emoji("train", styles="noto", language="zh", text="both")
    both = Emoji("train", styles="noto", language="both", text="both")
    assert torch.equal(everything(both)[0]["text_en"], everything(english)[0]["text"])
    assert torch.equal(everything(both)[0]["text_zh"], everything(chinese)[0]["text"])
    row, said = english.rows[0], english.texts["text"][0]
    assert said == ", ".join((row.name["en"], *row.keywords["en"]))
    assert Emoji("train", styles="noto").texts["text"][0] == row.name["en"]
    for language in ("en", "zh"):
        widths = {
            everything(Emoji(split, styles="noto", language=language))[0]["text"].shape[1]
            for split in ("train", "valid", "test")
        }
        assert len(widths) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_vocabulary_is_that_of_training_and_no_other(language: str) -> None:
    options = {"styles": "all", "language": language, "text": "both", "variants": True}
    train, test = Emoji("train", **options), Emoji("test", **options)
    ids = everything(train)[0]["text"]
    assert not (ids == UNK).any()
    assert torch.equal(ids[ids > UNK].unique(), torch.arange(4, len(train.tokenizers[language])))
    unknown = everything(test)[0]["text"] == UNK
    assert 0 < unknown.any(dim=1).float().mean() < 0.5


def test_compositions_are_said_in_known_words() -> None:
    data = Emoji("test", styles="twemoji", variants=True, unseen="composition")
    assert not (everything(data)[0]["text"] == UNK).any()


# ── looking things up ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "what", ["🧑‍🚒", "1F9D1-200D-1F692", "firefighter", "Firefighter", "消防员", "1f9d1-200d-1f692"]
)
def test_an_emoji_is_found_by_any_of_its_names(catalogue: EmojiCatalogue, what: str) -> None:
    row = catalogue.find(what)
    assert row.name == {"en": "firefighter", "zh": "消防员"}
    assert (row.concept, row.gender, row.skin_tone) == ("firefighter", "neutral", "default")
    assert catalogue.find(row) is row


def test_variation_selectors_do_not_matter(catalogue: EmojiCatalogue) -> None:
    assert catalogue.find("❤️") is catalogue.find("❤") is catalogue.find("red heart")


def test_words_pictures_and_credits(catalogue: EmojiCatalogue) -> None:
    name, keywords = catalogue.words("grinning face")
    assert name == "grinning face"
    assert "smile" in keywords
    assert name not in keywords
    assert catalogue.words("grinning face", "zh")[0] == "嘿嘿"
    styles = catalogue.styles_of("grinning face")
    assert set(styles) >= {"noto", "twemoji", "openmoji", "fluent", "emojione"}
    pictures = [catalogue.picture("grinning face", style) for style in styles]
    assert all(p.shape == (SIDE, SIDE, 3) and p.dtype == np.uint8 for p in pictures)
    assert len({p.tobytes() for p in pictures}) == len(styles)
    assert np.array_equal(catalogue.picture("grinning face"), pictures[0])
    assert catalogue.picture("😀", "noto", "transparent").shape == (SIDE, SIDE, 4)
    assert catalogue.credit("openmoji").endswith("CC-BY-SA-4.0")
    assert "skull" in catalogue.concepts
    assert "smileys-emotion" in catalogue.groups
    assert "face-smiling" in catalogue.subgroups


# ── without the share-alike folder ─────────────────────────────────────────────────────────────
def test_all_else_works_without_the_share_alike_folder(data: Path) -> None:
    shutil.rmtree(data / "emoji_sharealike")
    emoji = Emoji("train", language="both", text="both", variants=True)
    assert emoji.styles == PERMISSIVE
    everything(emoji)
    assert emoji.picture("😀", "twemoji").any()
    assert EmojiCatalogue().styles == PERMISSIVE


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"styles": "all"}, "styles='all'"),
        ({"styles": "openmoji"}, "styles='openmoji'"),
        ({"styles": ["noto", "emojione-v1"]}, "styles=['noto', 'emojione-v1']"),
        ({"target": "sentiment"}, 'target="sentiment"'),
    ],
)
def test_what_is_share_alike_says_the_way_out(
    data: Path, arguments: dict[str, object], what: str
) -> None:
    shutil.rmtree(data / "emoji_sharealike")
    with pytest.raises(FileNotFoundError) as error:
        Emoji(**arguments)
    message = str(error.value)
    assert message.startswith(f"{what} needs the folder {data / 'emoji_sharealike'}")
    assert 'styles="permissive"' in message
    assert "git checkout -- data/emoji_sharealike" in message
    assert Emoji("test", styles="all", without=SHARE_ALIKE).styles == PERMISSIVE


def test_permissive_never_opens_the_share_alike_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    read, open_ = Path.read_bytes, Path.open
    monkeypatch.setattr(Path, "read_bytes", lambda p: (opened.append(str(p)), read(p))[1])
    monkeypatch.setattr(
        Path, "open", lambda p, *a, **k: (opened.append(str(p)), open_(p, *a, **k))[1]
    )
    Emoji("test")
    assert any("emoji.csv" in path for path in opened)
    assert not any("sharealike" in path for path in opened)


# ── damaged files ──────────────────────────────────────────────────────────────────────────────
def edit(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")


def replaced(number: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert old in lines[number]
        lines[number] = lines[number].replace(old, new, 1)
        return lines

    return change


def sheet(mode: str, size: tuple[int, int]) -> Callable[[Path], None]:
    from PIL import Image

    return lambda path: Image.new(mode, size).save(path)


CSV = "emoji/emoji.csv"
BAD_FILES = {
    "no column": (CSV, replaced(0, ",concept,", ",concpt,"), "has no column 'concept'"),
    "no style's column": (CSV, replaced(0, ",twemoji", ",twitter"), "has no column 'twemoji'"),
    "no code points": (CSV, replaced(1, "1F600", "1F6OO"), "line 2: '1F6OO' are no code points"),
    "code points too high": (CSV, replaced(1, "1F600", "FFFFFFF"), "'FFFFFFF' are no code points"),
    "other code points": (CSV, replaced(1, "1F600", "1F601"), "line 2: '😀' does not have the"),
    "unknown split": (CSV, replaced(1, ",train,", ",trian,"), "line 2: unknown split 'trian'"),
    "short row": (CSV, lambda lines: [*lines[:5], lines[5].rpartition(",")[0]], "line 6: expected"),
    "long row": (CSV, replaced(3, "😄", "😄,,"), "line 4: expected 20 columns"),
    "cell outside": (CSV, replaced(1, ",0,0,0,0,0,", ",0,0,0,9999,0,"), "emojione has cells 0 … "),
    "cell no number": (CSV, replaced(1, ",0,0,0,0,0,", ",0,0,-1,0,0,"), "fluent has cells 0 … 31"),
    "empty table": (CSV, lambda lines: [""], "has no column 'emoji'"),
    "no styles": ("emoji/styles.csv", replaced(0, "licence", "license"), "no column 'licence'"),
    "sheet too small": ("emoji/noto.png", sheet("P", (3072, 48)), "expected a palette image with"),
    "sheet of odd size": ("emoji/noto.png", sheet("P", (3071, 2832)), "noto.png is 3071×2832"),
    "sheet without a palette": ("emoji/noto.png", sheet("RGB", (3072, 2832)), "with mode RGB"),
    "opaque background": ("emoji/noto.png", sheet("P", (3072, 2832)), "colour 0 must be transp"),
    "not a picture": ("emoji/noto.png", lambda path: path.write_text("no"), "is not a sheet of pi"),
    "vocabulary": ("emoji/vocabulary_en.txt", replaced(1, "<unk>", "unk"), "starts with <pad> <u"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_with_what_is_wrong(data: Path, name: str) -> None:
    file, change, message = BAD_FILES[name]
    if file.endswith(".png"):
        change(data / file)
    else:
        edit(data / file, change)
    reseal(data / "emoji")
    before = sorted(data.rglob("*"))
    with pytest.raises(ValueError) as error:  # noqa: PT011  the message is compared below
        Emoji("train")
    assert message in str(error.value)
    assert Path(file).name in str(error.value)
    assert sorted(data.rglob("*")) == before
