"""What a small network sees in the faces of data/sentiment_faces: 12 numbers for each view.

It is to the faces what an expression reader is to the videos of published data sets: trained
beforehand, then frozen. It learns from the pictures of the training artists alone whether people
rated a face good or bad; its last hidden layer is the feature.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy, pad

from mmtutor.datasets import EmojiCatalogue

STYLES = {
    "noto": "train",
    "noto-v1": "train",
    "fluent": "train",
    "emojione": "train",
    "emojione-v1": "valid",
    "twemoji": "test",
}
FACES = "😒😕😨😖😣😞😩😫😤😡😠😀😃😄😁😆😉😊😍😘☺😚😙😋😛😜😝😎"
SIDE, EDGE, WIDTH, VIEWS = 16, 2, 12, 6
STEPS, BATCH, RATE = 600, 64, 4e-3


class Reader(nn.Module):
    """A CNN on 16 × 16 colour pixels: features (B, 12) in -1…1, then good or bad."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for narrow, wide in ((3, 12), (12, 24), (24, 32)):
            layers += [nn.Conv2d(narrow, wide, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        self.body = nn.Sequential(
            *layers[:-1], nn.Flatten(), nn.Dropout(0.2), nn.Linear(512, WIDTH), nn.Tanh()
        )
        self.out = nn.Linear(WIDTH, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of bad and good."""
        return self.out(self.body(x - 0.6))


def pictures(catalogue: EmojiCatalogue, style: str) -> Tensor:
    """All faces in one artist's style, (faces, 3, 16, 16) in 0…1."""
    found = [torch.from_numpy(catalogue.picture(face, style).copy()) for face in FACES]
    return adaptive_avg_pool2d(torch.stack(found).permute(0, 3, 1, 2) / 255, SIDE)


def moved(x: Tensor) -> Tensor:
    """Each picture shifted by up to 2 pixels and made darker or brighter, (B, 3, 16, 16)."""
    wide, place = pad(x, (EDGE,) * 4, value=1.0), torch.arange(SIDE)
    down, right = torch.randint(0, 2 * EDGE + 1, (2, len(x), 1))
    rows, columns = (down + place)[:, None, :, None], (right + place)[:, None, None, :]
    which, colour = torch.arange(len(x))[:, None, None, None], torch.arange(3)[:, None, None]
    return wide[which, colour, rows, columns] * (0.7 + 0.6 * torch.rand(len(x), 1, 1, 1))


def train(x: Tensor, y: Tensor) -> Reader:
    """Fit the reader to the training artists' pictures."""
    reader = Reader()
    optimizer = torch.optim.AdamW(reader.parameters(), lr=RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS)
    for _ in range(STEPS):
        pick = torch.randint(0, len(x), (BATCH,))
        loss = cross_entropy(reader(moved(x[pick])), y[pick], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return reader.eval()


def rows() -> Iterator[tuple]:
    """The rows of faces.csv: who drew which face, its ratings, and what the reader sees in it."""
    torch.manual_seed(0)
    catalogue = EmojiCatalogue("all", ratings=True)
    found = [catalogue.find(face) for face in FACES]
    counts = [row.sentiment or (0, 0, 0) for row in found]
    good = torch.tensor([positive > negative for negative, _, positive in counts]).long()
    drawn = {style: pictures(catalogue, style) for style in STYLES}
    own = [style for style, split in STYLES.items() if split == "train"]
    reader = train(torch.cat([drawn[style] for style in own]), good.repeat(len(own)))
    for style, split in STYLES.items():
        with torch.no_grad():
            views = torch.stack([reader.body(moved(drawn[style]) - 0.6) for _ in range(VIEWS)])
            right = (reader.out(views).argmax(dim=2) == good).float().mean()
        print(f"  {style} ({split}): {100 * right:.1f} % of the views read right")
        for face, row in enumerate(found):
            for view in range(VIEWS):
                seen = [f"{v:.3f}" for v in views[view, face].tolist()]
                yield (row.character, row.codepoints, style, split, *counts[face], view, *seen)
