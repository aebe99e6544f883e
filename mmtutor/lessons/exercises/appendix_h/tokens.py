"""H.1: pairs that one head compares, with all tokens of a picture and with few."""

from __future__ import annotations

from mmtutor.lessons.questions import Number, Numbers, Question

TOKENS = Question(
    form=Numbers(Number("576 tokens", of="whole"), Number("64 tokens", of="whole")),
    solution=[409_600, 16_384],  # (576 + 64)² and (64 + 64)²
    mistakes=(
        ([16_384, 409_600], "The other way round: first with 576 tokens, then with 64."),
        ([640, 128], "These are the lengths of the sequences. Each looks at each: square them."),
        (
            [36_864, 4_096],
            "Tokens times words: that is cross-attention. In one stream the tokens of the picture "
            "look at one another, too, and the words as well.",
        ),
        (
            [331_776, 4_096],
            "You left out the words. They stand in the same stream: (S + T)².",
        ),
        (
            [335_872, 8_192],
            "S² + T² are the pairs within picture and within text; those between them, 2 S T, are "
            "missing.",
        ),
        (
            [205_120, 8_256],
            "You counted each pair once. Without regard to the mask there are (S + T)².",
        ),
        (
            [408_960, 16_256],
            "You left out that a token is compared with itself. It is: (S + T)², all of them.",
        ),
        (
            [204_480, 8_128],
            "You counted each pair of two tokens once, and no token with itself. In attention "
            "each looks at each, itself included: (S + T)².",
        ),
        (
            [368_640, 8_192],
            "Those are the looks of the picture's tokens alone, S (S + T). The words look, too.",
        ),
        (
            [40_960, 8_192],
            "Those are the looks of the words alone, T (S + T). The picture's tokens look, too.",
        ),
        (
            [73_728, 8_192],
            "2 S T are the pairs between picture and words. Those within each are missing.",
        ),
        (
            [819_200, 32_768],
            "Twice too many: a looking at b, and b at a, are both in (S + T)² already.",
        ),
        ([None, 4_096], "In the second, the 64 words are missing: the stream has 128 tokens."),
        ([331_776, None], "In the first, the 64 words are missing: the stream has 640 tokens."),
    ),
    praise="A ninth of the tokens, a twenty-fifth of the pairs.",
    hint="One stream has S + T tokens, and each is compared with each: (S + T)².",
)
