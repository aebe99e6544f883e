"""1.3: which share of the ear's mistakes does the eye repair?"""

from __future__ import annotations

import torch

from mmtutor.lessons.checks import Exercise, function

REPAIRED = Exercise(
    solution=lambda ear, both: (both - ear) / (1 - ear),
    mistakes=(
        (
            lambda ear, both: both - ear,
            "That is what was added. Divide it by what there was to gain: the ear's mistakes.",
        ),
        (
            lambda ear, both: (both - ear) / ear,
            "You divided by what the ear has *right*. Its mistakes are 1 − ear.",
        ),
        (
            lambda ear, both: (both - ear) / both,
            "You divided by what both have right. The ear's mistakes are 1 − ear.",
        ),
        (
            lambda ear, both: (both - ear) / (1 - both),
            "You divided by the mistakes that are *left*. Divide by those the ear made: 1 − ear.",
        ),
        (
            lambda ear, both: (1 - both) / (1 - ear),
            "That is the share that was *not* repaired.",
        ),
    ),
    praise="One half in both rooms. The eye did the same work; there was more of it.",
    hint="What was gained, both − ear, divided by what there was to gain, 1 − ear.",
    probe=function(
        (torch.tensor([0.9, 0.4, 0.7]), torch.tensor([0.95, 0.7, 0.6])),
        (torch.tensor(0.25), torch.tensor(0.75)),
    ),
)
