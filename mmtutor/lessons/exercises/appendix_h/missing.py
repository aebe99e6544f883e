"""H.2: the numbers that tell looking from guessing."""

from __future__ import annotations

from mmtutor.lessons.questions import Choices, Question

_BLIND, _SWAPPED = "the model without the pictures", "the model with pictures of other patients"
_SIZE, _LOSS, _LARGER = "its number of parameters", "its training loss", "a larger model"

MISSING = Question(
    form=Choices(_BLIND, _SIZE, _SWAPPED, _LOSS, _LARGER),
    solution={_BLIND, _SWAPPED},
    mistakes=(
        ({_SIZE: True}, "Size says what it costs. It does not say whether it looked."),
        ({_LOSS: True}, "The loss says how well it fits the training, by looking or not."),
        ({_LARGER: True}, "A larger model may be better at guessing, too."),
        ({_BLIND: False}, "And with closed eyes? What is left then was never seen."),
        (
            {_SWAPPED: False},
            "And with the pictures of others? A model that looks gets worse by that, even where "
            "it was never trained to be blind.",
        ),
    ),
    praise="With closed eyes it may get 60 %: then the pictures are worth eleven points.",
    hint="71 % against 25 % sounds like seeing. What else than the picture could tell the answer?",
)
