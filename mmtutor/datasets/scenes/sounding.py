"""Sounding scenes: which of the things that move is the one that is heard?

Synthesised, but for the animals' calls, which are recorded, and their pictures, which are drawn by
artists. That the picture alone and the sound alone tell nothing is built in; see `Scene`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mmtutor.arguments import whole_number
from mmtutor.datasets.base import MultimodalDataset, Sample, random_source
from mmtutor.datasets.scenes.calls import ANIMALS, UNSEEN, read_calls
from mmtutor.datasets.scenes.motion import heights, rhythms, stretches
from mmtutor.datasets.scenes.pictures import add_animals, add_balls, backgrounds, with_grain
from mmtutor.datasets.scenes.sounds import LOWEST, OCTAVES, hits, pitch_of_size, placed, to_ears
from mmtutor.datasets.scenes.sounds import delay as delayed
from mmtutor.datasets.scenes.stage import FRAMES, SIDE, SOURCES, Scene
from mmtutor.datasets.storage.shipped import data_root
from mmtutor.names import check_name

SAMPLES = {"train": 1500, "valid": 500, "test": 1000}
KINDS = ("ball", *ANIMALS)
SIZES = {"train": ((2.2, 3.0), (3.6, 4.4)), "test": ((3.0, 3.6),)}  # radii in pixels
AT_ONCE = 100  # clips: what is drawn at once fits the cache


class SoundingScenes(MultimodalDataset):
    r"""Clips of two seconds: ``video`` (B, 32, 32, 32), ``audio`` (B, 16000), y (B,).

    32 frames at 16 a second, grey, 32×32 pixels of 0…1; sound at 8 kHz. y is which object is heard,
    counted from the left, or K where none of them is. What is drawn is in `Scene`.

    Held out from training are seeds, radii (training 2.2 to 3.0 and 3.6 to 4.4 pixels, valid and
    test 3.0 to 3.6), backgrounds (slopes; waves), calls of the recordings, and the `sheep`.

    :param split: ``"train"``, ``"valid"`` or ``"test"``.
    :param scene: the dials; `Scene` () by default.
    :param samples: how many; by default 1,500, 500 and 1,000.
    :param unseen: only the animal that training lacks; cast ``"animals"``, split ``"test"``.
    :param seed: of the draw.
    :ivar targets: y (N,).
    :ivar sources: what is heard (N,): a number in ``("seen", "silent", "noise", "off-screen")``.
    :ivar kinds: what is seen (N,): a number in ``kind_names``.
    :ivar rhythms: frames of the events of the K objects and of one off screen, (N, K + 1, 4).
    :ivar centres: column and row of each object at rest, (N, K, 2); radii: theirs, (N, K).
    :raises ValueError: an unknown split, fewer than 1 sample, ``unseen`` where it is not.
    :raises TypeError: a scene of another kind.
    :raises FileNotFoundError, DamagedDataError: a recording or a picture is missing or damaged.
    """

    modalities = ("video", "audio")
    kind_names = KINDS

    def __init__(
        self,
        split: str = "train",
        scene: Scene | None = None,
        *,
        samples: int | None = None,
        unseen: bool = False,
        seed: int = 0,
    ) -> None:
        check_name("split", split, SAMPLES)
        scene = Scene() if scene is None else scene
        if not isinstance(scene, Scene):
            raise TypeError(f"scene must be a Scene, got {type(scene).__name__}")
        if unseen and (split != "test" or scene.cast != "animals"):
            raise ValueError('unseen=True needs the split "test" and Scene(cast="animals")')
        n = whole_number("samples", SAMPLES[split] if samples is None else samples, 1, 10**5)
        self.split, self.scene, self.seed = split, scene, whole_number("seed", seed)
        self.num_classes, K = scene.objects + 1, scene.objects
        source = random_source("SoundingScenes", seed, split)
        self.rhythms = rhythms(n, K + 1, source)
        who = torch.randint(K, (n,), generator=source)
        self.sources = self._sources(n, source)
        self.targets = torch.where(self.sources == 0, who, K)
        self.kinds = self._kinds(n, unseen, source)
        self._place(n, source)
        self._video = self._pictures(source)
        heard = torch.where(self.sources == 3, K, who)
        self._audio = self._sounds(heard, source)

    def _sources(self, n: int, source: torch.Generator) -> Tensor:
        drawn = torch.rand(n, generator=source)
        fixed = SOURCES.index(self.scene.source)
        q = self.scene.negatives
        mixed = torch.where(drawn < q / 2, 3, torch.where(drawn < 3 * q / 4, 1, 2))
        return torch.where(drawn < q, mixed, fixed)

    def _kinds(self, n: int, unseen: bool, source: torch.Generator) -> Tensor:
        known = [k for k, kind in enumerate(KINDS) if k and (kind == UNSEEN) == unseen]
        animal = torch.tensor(known)[torch.randint(len(known), (n,), generator=source)]
        share = {"balls": 0.0, "animals": 1.0, "both": 0.5}[self.scene.cast]
        return torch.where(torch.rand(n, generator=source) < share, animal, 0)

    def _place(self, n: int, source: torch.Generator) -> None:
        K = self.scene.objects
        drawn = torch.rand(n, K, generator=source)
        ranges = SIZES["train" if self.split == "train" else "test"]
        which = (drawn * len(ranges)).long()
        low, high = (torch.tensor(ends)[which] for ends in zip(*ranges, strict=True))
        self.radii = low + (high - low) * (drawn * len(ranges) - which)
        self.radii = self.radii.clamp(max=SIDE / K / 2 - 0.5)
        room = SIDE / K / 2 - self.radii - 0.5
        x = (torch.arange(K) + 0.5) * SIDE / K
        x = x + room * (2 * torch.rand(n, K, generator=source) - 1)
        floor = 20 + 10 * torch.rand(n, K, generator=source)
        self.centres = torch.stack([x, floor - self.radii], dim=2)

    def _pictures(self, source: torch.Generator) -> Tensor:
        K, n = self.scene.objects, len(self.kinds)
        x, y = self.centres.unbind(dim=2)
        moved = y[..., None] - heights(self.rhythms[:, :K], source)  # (N, K, T)
        tall = stretches(self.rhythms[:, :K])
        shade = 0.7 + 0.3 * torch.rand(n, K, generator=source)
        ground = backgrounds(n, self.split, self.scene.clutter, source)
        video = torch.empty(n, FRAMES, SIDE, SIDE, dtype=torch.uint8)
        edges = [round(k * SIDE / K) for k in range(K + 1)]
        for part in (self.kinds == 0, self.kinds > 0):
            for i in part.nonzero()[:, 0].split(AT_ONCE) if part.any() else ():
                drawn = ground[i, None].repeat(1, FRAMES, 1, 1)  # (B, 32, 32, 32)
                if self.kinds[i[0]] == 0:
                    add_balls(drawn, x[i], moved[i], self.radii[i], shade[i], edges)
                else:
                    floor = y[i] + self.radii[i]
                    add_animals(drawn, x[i], floor, self.radii[i], tall[i], self.kinds[i] - 1)
                video[i] = with_grain(drawn, self.scene.grain, source)
        return video

    def _sounds(self, heard: Tensor, source: torch.Generator) -> Tensor:
        n, everyone = len(heard), torch.arange(len(heard))
        pitch = LOWEST * 2 ** (OCTAVES * torch.rand(n, generator=source))
        if self.scene.pitch == "size":
            seen = self.radii[everyone, heard.clamp(max=self.scene.objects - 1)]
            pitch = pitch_of_size(seen)
        sound = hits(pitch)
        call = torch.rand(n, generator=source)
        if (self.kinds > 0).any():
            calls = read_calls(data_root(), self.split)
            for k in self.kinds.unique().tolist():
                mine = (self.kinds == k).nonzero()[:, 0]
                if k:
                    bank = calls[KINDS[k]]
                    sound[mine] = bank[(call[mine] * len(bank)).long()]
        happens = ((self.sources == 0) | (self.sources == 3)).float()
        wave = placed(sound, self.rhythms[everyone, heard], happens)
        wave *= 0.3 + 0.7 * torch.rand(n, 1, generator=source)
        if self.scene.hiss > 0:
            level = self.scene.hiss * (self.sources != 1).float()
            wave += level[:, None] * torch.randn(wave.shape, generator=source)
        if self.scene.stereo:
            known = torch.rand(n, generator=source)
            where = self.centres[..., 0] / SIDE
            wave = to_ears(wave, torch.cat([where, known[:, None]], dim=1)[everyone, heard])
        return delayed(wave, self.scene.shift) if self.scene.shift else wave

    def batch(self, index: Tensor) -> Sample:
        """``({"video": (B, 32, 32, 32), "audio": (B, 16000)}, y (B,))``; see the class."""
        return self.batch_with(index, self.modalities)

    def batch_with(self, index: Tensor, modalities: tuple[str, ...]) -> Sample:  # type: ignore[override]
        """`batch` with these modalities alone."""
        i = self._as_index(index)
        made = {}
        for name in modalities:
            check_name("modality", name, self.modalities, KeyError)
            stored = self._video if name == "video" else self._audio
            made[name] = stored[i].float() / 255 if name == "video" else stored[i]
        return made, self.targets[i]

    def boxes(self) -> Tensor:
        """Left, top, right, bottom of each object at rest, in pixels, (N, K, 4)."""
        half = self.radii[..., None]
        return torch.cat([self.centres - half, self.centres + half], dim=2)

    def masks(self) -> Tensor:
        """Which pixels' centres lie in each object's box at rest, (N, K, 32, 32), boolean."""
        left, top, right, bottom = (edge[..., None] for edge in self.boxes().unbind(dim=2))
        pixel = torch.arange(SIDE) + 0.5
        across, down = (pixel > left) & (pixel < right), (pixel > top) & (pixel < bottom)
        return down[..., :, None] & across[..., None, :]

    def bayes_accuracy(self, senses: tuple[str, ...] = ("video", "audio")) -> float:
        """See `Scene.bayes_accuracy`."""
        return self.scene.bayes_accuracy(senses)

    def __repr__(self) -> str:
        return f"SoundingScenes({self.split!r}, {len(self):,} samples, {self.scene})"
