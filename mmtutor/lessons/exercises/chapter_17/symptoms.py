"""17.3: what is the matter with a captioner?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

SYMPTOMS = Question(
    form=Labels("abcd", ("blind", "prior", "short", "one picture")),
    solution={"a": "blind", "b": "prior", "c": "short", "d": "one picture"},
    mistakes=(
        (
            {"a": "prior"},
            "In *a* not even the first word changes with the picture: nothing of it arrives.",
        ),
        ({"a": "short"}, "In *a* the sentences are as long as they should be. Do they change?"),
        (
            {"b": "blind"},
            "In *b* the thing is right for most pictures, so something of them arrives.",
        ),
        (
            {"b": "short"},
            "In *b* no word is missing. The tone is one that this name had in training.",
        ),
        (
            {"a": "one picture"},
            "In *a* nothing is measured: it is what the model says, whatever the picture.",
        ),
        ({"b": "one picture"}, "In *b* the tone that is said is wrong; no measure is asked."),
        (
            {"c": "one picture"},
            "In *c* the captions themselves change with the search. The measure is not at fault.",
        ),
        (
            {"d": "prior"},
            "In *d* the caption is right, tone and all. What is at fault is the measure.",
        ),
        ({"c": "blind"}, "In *c* greedy search is fine, with the same model and the same eyes."),
        (
            {"c": "prior"},
            "In *c* only a wide beam errs, with the same model. What does the sum of ln p like?",
        ),
        (
            {"d": "blind"},
            "In *d* the caption is the reference, word for word. Look at the measure: ln(1/1).",
        ),
        (
            {"d": "short"},
            "In *d* the caption is the reference, word for word. What are its rarities on a set "
            "of one?",
        ),
    ),
    praise="Sentences, search and measure can each be at fault, apart from the model.",
    hint="Ask of each: does the picture matter? Does a seen name come with its seen tone? Does "
    "the search change it? Does the measure see more than one picture?",
)
