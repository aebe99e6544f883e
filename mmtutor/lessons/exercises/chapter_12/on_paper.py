"""12.1 to 12.3: wrong pairs, annotators who agree, and which answer to try first."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

WRONG_PAIRS = Question(
    form=Numbers(
        Number("share of wrong pairs that eats the gain", of="share", tolerance=4e-3),
        Number("gain left at one wrong pair in ten", of="share", tolerance=4e-3),
    ),
    solution=[0.25, 0.06],
    mistakes=(
        (
            [(0.33, 0.336), None],
            "You divided by what lies between the single sense and wrong pairs. From right to "
            "wrong pairs the joint model falls the whole way, from 90 to 50.",
        ),
        ([0.75, None], "That is the share of right pairs at which the gain is gone."),
        ([0.06, 0.25], "The other way round: first the share of wrong pairs, then the gain left."),
        ([0.4, None], "40 points is what a wrong pair costs. How many of them make up 10 points?"),
        ([0.5, None], "50 % is how often a wrong pair is right. At which share of wrong pairs are "
         "90 % down to 80 %?"),
        ([(0.109, 0.113), None], "You divided by 90: that is the fall if wrong pairs were never "
         "right. They are, in 50 %."),
        ([0.1, None], "0.10 is the gain where all pairs are right. How fast is it lost?"),
        ([0.2, None], "You divided by 50 %, the accuracy on wrong pairs. By how much does each "
         "wrong pair lower it?"),
        ([None, 0.86], "0.86 is how often it is right. Its gain is over the better sense alone."),
        ([None, 0.04], "0.04 is what is lost. What is left of the 0.10?"),
        ([None, 0.05], "A wrong pair still is right in 50 %: count those, 0.1 · 50 %."),
        ([None, 0.01], "You left the wrong pairs out: half of them are right all the same."),
        ([None, 0.6], "60 % of the gain is left. How much is that of 0.10?"),
        ([None, 0.1], "0.10 is the gain without wrong pairs. One in ten takes some of it."),
        ([None, 0.09], "A tenth of the gain is not what is lost: a wrong pair costs 40 points."),
        ([0.25, (0.0, 1.0)], "The first is right. The second: how often is the model right at one "
         "wrong pair in ten, and how far above 80 % is that?"),
        ([(0.0, 0.98), 0.06], "The second is right. The first: each share p of wrong pairs takes "
         "40 · p points. When have 10 gone?"),
    ),
    praise="A wrong pair costs four times what a right one gains: one in four is enough.",
    hint="At a share p of wrong pairs the joint model is right in (1 − p) · 90 % + p · 50 %. "
    "Where is that 80 %?",
)  # fmt: skip

AGREED = Question(
    form=Numbers(
        Number("(a) always the same wrong class", of="share", tolerance=5e-3),
        Number("(b) one of 9 by chance", of="share", tolerance=2e-4),
    ),
    solution=[0.09 / 0.58, 0.02],
    mistakes=(
        ([0.09, 0.01], "These are shares of all samples. Divide by the share on which they agree."),
        ([0.09, None], "0.09 is the share of all samples. Divide by those on which they agree."),
        ([None, 0.01], "0.01 is the share of all samples. Divide by those on which they agree."),
        ([0.3, None], "Agreement does take something away: of the 0.3, only the cases remain in "
         "which the other errs, too."),
        ([0.02, 0.09 / 0.58], "The other way round: whoever errs alike agrees more on errors."),
        ([None, 0.09 / 0.58], "In (b) two who both err name the same class one time in nine."),
        ([None, (0.0022, 0.0024)], "Both err in 0.09; that they name the same one is one in nine, "
         "not one in 81."),
        ([(0.18, 0.187), None], "You divided by the share where both are right. They agree on "
         "wrong classes, too: 0.49 + 0.09."),
        ([None, (0.0171, 0.0174)], "In (b) they agree less often than in (a): 0.49 + 0.01."),
        ([None, (0.0203, 0.0205)], "You divided by 0.49. They agree in 0.49 + 0.01."),
        ([0.21, None], "0.3 · 0.7 is one who is right and one who is not: those do not agree."),
        ([0.58, 0.5], "These are the shares that you keep. How many of those are wrong?"),
        ([(0.84, 0.85), None], "That is how often a kept label is right. Asked is: wrong."),
        ([None, 0.98], "0.98 is how often a kept label is right. Asked is: wrong."),
        ([None, (0.11, 0.112)], "One in nine is how often two who both err agree. Both err in "
         "0.09."),
        ([None, 0.09], "Both err in 0.09, but in (b) they agree on the error one time in nine."),
        ([None, 0.0], "By chance they do agree on a wrong class sometimes."),
        ([0.09 / 0.58, (0.0, 1.0)], "(a) is right. In (b) both err and agree in 0.09 / 9 of all "
         "samples. Of how many that you keep? (Three digits, please.)"),
        ([(0.0, 1.0), 0.02], "(b) is right. In (a) all of the 0.09 in which both err agree. Of how "
         "many that you keep?"),
    ),
    praise="Agreement halves shared mistakes, and nearly ends independent ones.",
    hint="Both right: 0.7². Both wrong and the same class: 0.3², in (b) times 1/9. Divide the "
    "second by the sum.",
)  # fmt: skip

_KEYS, _WAYS = ("a", "b", "c", "d"), ("clean", "transform", "fusion")


def _said(*ways: int) -> dict[str, str]:
    return {key: _WAYS[way] for key, way in zip(_KEYS, ways, strict=True)}


FIRST = Question(
    form=Labels(
        _KEYS,
        _WAYS,
        aliases={
            "cleaning": "clean", "transformation": "transform", "fuse": "fusion", "mask": "clean",
        },
    ),
    solution=_said(2, 1, 0, 1),
    mistakes=(
        ({"c": "transform"}, "c: no shift and no scale makes another film's sound fit."),
        ({"c": "fusion"}, "c: the one file in ten is not known by anything that weights could "
         "learn; but it agrees with nobody."),
        ({"a": "clean"}, "a: cleaning would throw away every recording: all are late."),
        ({"b": "clean"}, "b: nearly all recordings disagree at first; and each can be repaired."),
        ({"b": "fusion"}, "b: weights learn what is the same in all recordings. This is not."),
        ({"d": "clean"}, "d: a correlation does not see units, so there is nothing to clean by."),
        ({"d": "fusion"}, "d: one set of weights for two units. Each file tells its own scale."),
        ({"a": "transform"}, "a: it works, but in the table one more answer does, and it gains "
         "more. The delay is the same in all: what learns that?"),
    ),
    praise="The same in all: learn. Different, but measurable in each: repair. Neither: mask.",
    hint="Is the fault the same in all recordings? If not, can it be measured in each one?",
)  # fmt: skip
