"""How an artist's SVG drawings become one PNG sheet of 48×48 cells with 256 colours.

A drawing is rasterised with resvg, the colours of all drawings of a style are reduced to 256
colours *with their opacity* (k-means, in RGBA premultiplied by opacity, so that what is nearly
transparent does not count for much), and the cells are laid out 64 a row.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image
from tqdm import tqdm

SIDE = 48
COLUMNS = 64
COLOURS = 256


class Drawings:
    """The SVG drawings of one package in the Iconify format, by name and by code points."""

    def __init__(self, folder: Path) -> None:
        icons = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
        chars = json.loads((folder / "chars.json").read_text(encoding="utf-8"))
        self.info = json.loads((folder / "info.json").read_text(encoding="utf-8"))
        self.icons, self.aliases = icons["icons"], icons.get("aliases", {})
        self.box = {side: icons.get(side, 16) for side in ("width", "height")}
        self.by_code = {_key(code): name for code, name in chars.items()}

    def names(self) -> set[str]:
        """Every name a drawing has."""
        return {*self.icons, *self.aliases}

    def synonyms(self) -> dict[str, set[str]]:
        """Name → all names of the same drawing (mirrored drawings are not the same)."""
        same: dict[str, set[str]] = {name: {name} for name in self.icons}
        for alias, how in self.aliases.items():
            if set(how) == {"parent"} and how["parent"] in same:
                same[how["parent"]].add(alias)
        return {name: group for group in same.values() for name in group}

    def svg(self, name: str) -> str:
        """The drawing as an SVG document, mirrored or turned where it is an alias that is."""
        turn, flips = 0, [False, False]
        own: dict = {}
        while name in self.aliases:
            how = self.aliases[name]
            own = {**how, **own}
            turn += how.get("rotate", 0)
            flips[0] ^= how.get("hFlip", False)
            flips[1] ^= how.get("vFlip", False)
            name = how["parent"]
        icon = {"left": 0, "top": 0, **self.box, **self.icons[name]}
        left, top, width, height = (icon[k] for k in ("left", "top", "width", "height"))
        cx, cy = left + width / 2, top + height / 2
        sx, sy = (-1 if flip else 1 for flip in flips)
        body = icon["body"]
        if turn or sx < 0 or sy < 0:
            move = f"translate({cx} {cy}) rotate({90 * turn}) scale({sx} {sy})"
            body = f'<g transform="{move} translate({-cx} {-cy})">{body}</g>'
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{SIDE}" height="{SIDE}" viewBox="{left} {top} {width} {height}">{body}</svg>'
        )


def _key(code: str) -> str:
    """Code points as the table writes them, without the variation selector: 1F469-200D-1F692."""
    return "-".join(part.zfill(4) for part in code.upper().split("-") if part.upper() != "FE0F")


def rasterise(svgs: Sequence[str], what: str) -> np.ndarray:
    """Pictures (N, 48, 48, 4) uint8: red, green, blue, opacity."""
    pictures = np.zeros((len(svgs), SIDE, SIDE, 4), np.uint8)
    for i, svg in enumerate(tqdm(svgs, f"draw {what}", mininterval=1)):
        png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
        picture = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"))
        if picture.shape != (SIDE, SIDE, 4):
            raise ValueError(f"{what}: drawing {i} came out as {picture.shape}")
        pictures[i] = picture
    return pictures


def reduce_colours(pictures: np.ndarray, rounds: int = 25) -> tuple[np.ndarray, np.ndarray]:
    """(indices (N, 48, 48) uint8, palette (256, 4) uint8); colour 0 is "nothing there"."""
    flat = pictures.reshape(-1, 4)
    words = flat.view(np.uint32)[:, 0]
    words = np.where(flat[:, 3] == 0, 0, words)
    unique, inverse, count = np.unique(words, return_inverse=True, return_counts=True)
    colours = unique.view(np.uint8).reshape(-1, 4)  # (U, 4)
    points = _premultiplied(colours)
    # Fit on 5 bits a channel: the same clusters, from ten times fewer points.
    _, bins = np.unique(colours >> 3, axis=0, return_inverse=True)
    bins = bins.ravel()
    weight = np.bincount(bins, count)
    fit = np.stack([np.bincount(bins, count * points[:, k]) for k in range(4)], 1) / weight[:, None]
    centres = _fit(fit, np.sqrt(weight), rounds)
    palette = np.vstack([np.zeros((1, 4), np.uint8), _straight(centres)])
    nearest = _nearest(points, _premultiplied(palette))
    nearest[colours[:, 3] == 0] = 0
    return nearest[inverse].reshape(pictures.shape[:3]).astype(np.uint8), palette


def _premultiplied(colours: np.ndarray) -> np.ndarray:
    opacity = colours[:, 3:] / 255
    return np.concatenate([colours[:, :3] * opacity, 255 * opacity], axis=1)


def _straight(points: np.ndarray) -> np.ndarray:
    opacity = np.clip(points[:, 3:], 1, 255) / 255
    rgb = np.clip(np.round(points[:, :3] / opacity), 0, 255)
    return np.concatenate([rgb, np.round(255 * opacity)], axis=1).astype(np.uint8)


def _fit(points: np.ndarray, weight: np.ndarray, rounds: int) -> np.ndarray:
    """Weighted k-means; each new centre starts where the weighted error is greatest."""
    centres = [points[weight.argmax()]]
    error = ((points - centres[0]) ** 2).sum(1)
    while len(centres) < COLOURS - 1:
        centres.append(points[(error * weight).argmax()])
        error = np.minimum(error, ((points - centres[-1]) ** 2).sum(1))
    centres = np.array(centres)
    for _ in range(rounds):
        mine = _nearest(points, centres)
        mass = np.bincount(mine, weight, len(centres))
        total = np.stack(
            [np.bincount(mine, weight * points[:, k], len(centres)) for k in range(4)], 1
        )
        centres = np.where(mass[:, None] > 0, total / np.maximum(mass, 1e-9)[:, None], centres)
    return centres


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    squares = (centres**2).sum(1)
    parts = np.array_split(points, -(-len(points) // 20_000))
    return np.concatenate([(squares - 2 * part @ centres.T).argmin(1) for part in parts])


def write_sheet(path: Path, indices: np.ndarray, palette: np.ndarray) -> None:
    """One PNG with 64 cells a row; cell k is in row k // 64, column k % 64."""
    rows = -(-len(indices) // COLUMNS)
    cells = np.zeros((rows * COLUMNS, SIDE, SIDE), np.uint8)
    cells[: len(indices)] = indices
    sheet = cells.reshape(rows, COLUMNS, SIDE, SIDE).swapaxes(1, 2).reshape(rows * SIDE, -1)
    image = Image.fromarray(sheet, "P")
    image.putpalette(palette[:, :3].tobytes(), "RGB")
    image.save(path, optimize=True, transparency=palette[:, 3].tobytes())
