"""8.3: what a loss says."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

CURVES = Question(
    form=Labels(
        "abcd", ("nothing learnt", "sure and wrong", "four are right", "temperature too high")
    ),
    solution={
        "a": "nothing learnt",
        "b": "sure and wrong",
        "c": "four are right",
        "d": "temperature too high",
    },
    mistakes=(
        (
            {"a": "temperature too high"},
            "In *a* the recall is that of guessing: a high temperature alone leaves it.",
        ),
        ({"a": "sure and wrong"}, "*a* is ln 128 exactly: all 128 get the same probability."),
        (
            {"b": "nothing learnt"},
            "In *b* it is more than ln 128. Who knows nothing and says so pays 4.85 only.",
        ),
        (
            {"c": "nothing learnt"},
            "*c* is far below ln 128. What is ln 4 of? Look at how often each text is there.",
        ),
        (
            {"c": "temperature too high"},
            "*c* has a low temperature. What is ln 4 of? Look at how often each text is there.",
        ),
        (
            {"d": "nothing learnt"},
            "In *d* 95 % are found. The loss stays high because at τ = 1 even a perfect space "
            "costs 3.86.",
        ),
        (
            {"d": "sure and wrong"},
            "*d* is below ln 128, and 95 % are found: nothing is wrong there but the temperature.",
        ),
    ),
    praise="A loss means something only beside ln B, the temperature, and the recall.",
    hint="Compare each loss with ln 128. Above: sure and wrong. Then look at recall, at the "
    "temperature, and at how many answers in a batch are right.",
)
