"""14.1 to 14.3: what was won back, a loss on paper, and what a method has seen."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

WON = Question(
    form=Numbers(Number("won back", of="share", tolerance=2e-3)),
    solution=0.5,
    mistakes=(
        (0.15, "That is what was won, in points. Divide it by what the new domain had cost."),
        ((0.535, 0.537), "You compared with 0.88, home after adapting. The cost was met before."),
        (0.25, "You divided by 0.60, where it started. Divide by what was lost, 0.90 − 0.60."),
        ((0.832, 0.835), "That is 0.75 / 0.90. Of what was *lost*, how much came back?"),
        (0.3, "That is what the new domain cost. How much of it came back?"),
        (0.13, "What home lost is another question: it was not asked here."),
    ),
    praise="What is a half of a small loss may be little: say the points, too.",
    hint="(adapted − before) / (home − before), each in the new domain, but home.",
)

LOSS = Question(
    form=Numbers(Number("L", tolerance=2e-3, unit="nats")),
    solution=0.1308,
    mistakes=(
        ((0.561, 0.5635), "That is the entropy of the mean belief. KL is ln 2 less that."),
        ((-0.1328, -0.1288), "The sign: KL is never negative. It is Σ p̄ ln(p̄ / π)."),
        ((0.1877, 0.1897), "That is in bits: you took log₂. A nat comes from ln."),
        (0.0, "The beliefs are sure, so the first part is 0. The second asks for their mean."),
        ((0.143, 0.145), "You took KL(π ‖ p̄). It is KL(p̄ ‖ π): weighted by the mean belief."),
        ((0.692, 0.694), "ln 2 is the loss of π itself. Compare the mean belief with it."),
    ),
    praise="If three of four *are* of the first class, it costs 0.131 to be right.",
    hint="Each entropy is 0. p̄ = (¾, ¼), π = (½, ½); then Σ p̄ ln(p̄ / π).",
)

_SEEN = ("nothing", "inputs", "partners", "labels")

SAW = Question(
    form=Labels("abcd", _SEEN),
    solution={"a": "inputs", "b": "labels", "c": "partners", "d": "nothing"},
    mistakes=(
        ({"a": "nothing"}, "a: the mean and the width of the new scans are taken from them."),
        ({"a": "labels"}, "a: a mean and a width need no label."),
        ({"b": "inputs"}, "b: MMD saw inputs, but its *weight* was chosen by labels."),
        ({"c": "labels"}, "c: nobody labelled the scenes. What comes with each depth image?"),
        ({"c": "inputs"}, "c: the depth images have partners, the photographs."),
        ({"d": "inputs"}, "d: only the source is changed; the target is not looked at."),
    ),
    praise="And whoever looks at your results wants to know exactly this.",
    hint="Ask for each: what of the target went in, into the training or into a choice?",
)
