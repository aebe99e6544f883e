"""6.2: how many pairs a mask allows."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

_ONE, _CROSS, _ALONE = 400**2, 2 * 100 * 300, 100**2 + 300**2
_NECK = _ALONE + 2 * 4 * 400 + 4**2

PAIRS = Question(
    form=Numbers(
        Number("one stream", of="whole"),
        Number("cross-attention, both directions", of="whole"),
        Number("bottleneck of 4", of="whole"),
    ),
    solution=[_ONE, _CROSS, _NECK],
    mistakes=(
        (
            [_ONE, _CROSS // 2, None],
            "For cross-attention you counted one direction. Frames ask sounds, and sounds ask "
            "frames.",
        ),
        (
            [_ONE // 2, None, None],
            "In one stream, i asks j and j asks i: these are two pairs, with two weights.",
        ),
        (
            [_ONE - 400, None, None],
            "In one stream a token is heard by itself, too: the diagonal counts.",
        ),
        ([_ALONE, None, None], "That is each sense alone. In one stream all 400 hear all 400."),
        (
            [100 * 300, None, None],
            "That is what frames ask of sounds. In one stream all 400 hear all 400.",
        ),
        ([_ONE, _ALONE, None], "100² + 300² is each sense alone. Cross-attention is the rest."),
        ([_ONE, _CROSS, _ALONE], "In the bottleneck's table you forgot the bottleneck itself."),
        (
            [_ONE, _CROSS, _NECK - 16],
            "Nearly: the 4 bottleneck tokens hear each other as well, in 4² pairs.",
        ),
        (
            [_ONE, _CROSS, _NECK + 16],
            "Nearly: you counted the 4² pairs within the bottleneck once for each sense. In the "
            "mask of 6.6 they stand once.",
        ),
        (
            [_ONE, _CROSS, _ALONE + 4 * 400 + 16],
            "You counted one direction between senses and bottleneck: each hears the other.",
        ),
        (
            [_ONE, _CROSS, _ALONE + 4 * 400],
            "You counted one direction between the senses and the bottleneck, and left out that "
            "its 4 tokens hear each other.",
        ),
        (
            [_ONE, _CROSS, 2 * 4 * 400 + 16],
            "You forgot that each sense hears itself: 100² + 300² pairs.",
        ),
        (
            [_ONE, _CROSS, 404**2],
            "404² would be one stream with four tokens more. Frames do not hear sounds here.",
        ),
    ),
    praise="The bottleneck costs hardly more than each sense alone: 3,216 pairs are the news.",
    hint="A block of the table has (how many ask) × (how many are heard) pairs. Add up the blocks "
    "that the mask allows.",
)
