r"""What a clip may show and sound: the dials of `SoundingScenes`, and the sizes that all share.

Each of K objects has a *rhythm* of its own: four frames, drawn at random, at which it lands or
calls. One object is drawn, y ∈ {1, …, K}, each alike, and the sound is made from *its* rhythm. The
rhythms, places, sizes and shades are drawn alike for all objects. So the picture is the same
whoever is heard, and the sound is the same wherever it comes from,

.. math:: p(y \mid \text{video}) = p(y \mid \text{sound}) = \frac1K ,

and neither sense alone can be right more often than by chance. Together they tell y, unless another
object has the very rhythm that is heard. With R rhythms, all alike, that leaves

.. math:: \mathrm{acc} = \mathbb{E}\Big[\frac{1}{1 + n}\Big]
          = \frac{R}{K} \Big(1 - \big(1 - \tfrac1R\big)^K\Big), \qquad
          n \sim \mathrm{Bin}\big(K - 1, \tfrac1R\big) .

The dials ``pitch`` and ``stereo`` take away a part of this: they are for experiments.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from mmtutor.arguments import real_number, whole_number
from mmtutor.datasets.waveforms import SAMPLE_RATE
from mmtutor.names import check_name

FRAMES, FRAME_RATE = 32, 16  # of a clip, and a second: two seconds
SIDE = 32  # pixels
BEAT = SAMPLE_RATE // FRAME_RATE  # samples of a frame
EVENTS, GAP, FIRST, LAST = 4, 4, 4, 28  # an object's events: how many, frames apart, from, to
MOST = 4  # objects that fit side by side
RHYTHMS = comb(LAST - FIRST - (EVENTS - 1) * (GAP - 1) + 1, EVENTS)
"""R, how many rhythms there are: 1,820."""

CASTS = ("balls", "animals", "both")
SOURCES = ("seen", "silent", "noise", "off-screen")


@dataclass(frozen=True)
class Scene:
    """The dials.

    :param objects: K, side by side; 1 to 4.
    :param cast: ``"balls"`` that hop and are heard when they land; ``"animals"``, all of one kind,
        that stretch when they call; ``"both"``: half of the clips each.
    :param source: what is heard: ``"seen"``, one of the objects; ``"silent"``, nothing at all;
        ``"noise"``, only the hiss of ``hiss``; ``"off-screen"``, something with a rhythm of its own
        that is not in the picture.
    :param negatives: of the clips, the share in which nothing seen is heard: half of them
        off-screen, a quarter silent, a quarter noise. Only with the source ``"seen"``.
    :param pitch: of a ball's sound: ``"any"``, drawn by itself; ``"size"``, the larger the lower.
    :param stereo: whether left and right ear hear where the sound is; ``audio`` is (2, samples).
    :param shift: frames that the sound comes late, or early where negative. What leaves at one end
        comes in at the other.
    :param grain: standard deviation of the noise on pixels of 0…1.
    :param hiss: RMS of the noise in the sound, where a ball's first sample is 0.3 to 1.
    :param clutter: strength of the pattern behind the objects, in pixels of 0…1.
    :raises ValueError: a dial outside its range, more objects than fit, a shift longer than the
        clip.
    """

    objects: int = 3
    cast: str = "balls"
    source: str = "seen"
    negatives: float = 0.0
    pitch: str = "any"
    stereo: bool = False
    shift: int = 0
    grain: float = 0.03
    hiss: float = 0.01
    clutter: float = 0.1

    def __post_init__(self) -> None:
        if whole_number("objects", self.objects, least=1) > MOST:
            raise ValueError(f"at most {MOST} objects fit side by side, got {self.objects}")
        check_name("cast", self.cast, CASTS)
        check_name("source", self.source, SOURCES)
        check_name("pitch", self.pitch, ("any", "size"))
        if not isinstance(self.stereo, bool):
            raise ValueError(f"stereo must be True or False, got {self.stereo!r}")
        for dial in ("negatives", "grain", "hiss", "clutter"):
            real_number(dial, getattr(self, dial), 0, 1)
        if self.negatives and self.source != "seen":
            raise ValueError(f"negatives mix with the source 'seen', not with {self.source!r}")
        check_shift(self.shift)

    def bayes_accuracy(self, senses: tuple[str, ...] = ("video", "audio")) -> float:
        """Best accuracy of any reader of these senses on "which of the K is heard", exact.

        It is that of a reader who sees and hears every event; noise can only take from it.

        :raises ValueError: an unknown sense; or dials by which a sense tells more than rhythm does.
        """
        for sense in senses:
            check_name("sense", sense, ("video", "audio"))
        if self.source != "seen" or self.negatives:
            raise ValueError("the bound is of clips in which one of the objects is heard")
        if self.pitch != "any" or self.stereo:
            raise ValueError("no bound is known where pitch or stereo tell something as well")
        K = self.objects
        if len(set(senses)) < 2:
            return 1 / K
        return RHYTHMS / K * (1 - (1 - 1 / RHYTHMS) ** K)


def check_shift(frames: object) -> int:
    """A shift in frames.

    :raises ValueError: no whole number, or as long as the clip or longer.
    """
    if not isinstance(frames, int) or isinstance(frames, bool) or abs(frames) >= FRAMES:
        raise ValueError(
            f"shift must be a whole number of frames, shorter than the clip of {FRAMES}, "
            f"got {frames!r}"
        )
    return frames
