"""Every text of predictions: the question, the comparison, the reader's record."""

from mmtutor.figures.live.runtime.numbers import NUMBER_WORDS

SAID = {
    "give_or_take": "{given}, give or take {take}",
    "said_sure": "{text} ({sure} % sure)",
}
"""How a prediction is repeated."""

KEEPING = {
    "not_kept": "This browser stores nothing for this page: it is remembered until you close it.",
}

JUDGED = SAID | {
    "right": "You were right.",
    "wrong": "It came out otherwise.",
    "order_right": "Your order is the measured one.",
    "order_some": "{right} of {all} pairs stand in the measured order.",
    "exact": "You met it exactly.",
    "under": "It is {off} more than you said.",
    "over": "It is {off} less than you said.",
    "inside": "That is within what you allowed.",
    "outside": "That is outside what you allowed.",
    "drawn": "On a line from {low} to {high}: your prediction {given}, measured {measured}.",
    "nothing": "none",
    "yours": "your prediction",
    "measured": "measured",
}
"""A prediction beside what was measured."""

PREDICTION = (
    NUMBER_WORDS
    | SAID
    | KEEPING
    | {
        "label": "Your prediction: {question}",
        "guess": "I expect",
        "take": "give or take",
        "take_hint": "The second field may stay empty. If you fill it, allow so much that you are "
        "80 % sure.",
        "choose": "Choose one first.",
        "order": "Put them in order, the most on top.",
        "up": "{option}: up",
        "down": "{option}: down",
        "placed": "{option} is now number {place} of {all}.",
        "sure": "How sure are you?",
        "sure_of_order": "How sure are you that the whole order is right?",
        "unsaid": "not said",
        "commit": "I predict this",
        "show": "Show me",
        "committed": "You predicted: {said}.",
        "was_shown": "You let it be shown, without a prediction.",
        "again": "Predict again",
        "cover": "Cover it, I will predict",
        "kept": "Only this browser remembers it.",
    }
)

COMPARISON = (
    JUDGED
    | KEEPING
    | {
        "label": "Measured: {measured}",
        "covered": "What was measured is covered until you predict.",
        "go": "To the prediction",
        "show": "Show me",
        "you_said": "You said: {said}.",
        "it_was": "Measured: {measured}.",
    }
)

TRACK_RECORD = (
    JUDGED
    | KEEPING
    | {
        "label": "Your predictions against what was measured",
        "none": "No predictions yet. Wherever a chapter asks you to predict, commit an answer: it "
        "appears here, beside what was measured.",
        "none_here": "No predictions in this chapter yet. Commit one above, and it appears here.",
        "made": "Predictions made: {made}. Shown without a prediction: {shown}.",
        "row": "You said: {said}. Measured: {measured}.",
        "waits": "You said: {said}. What was measured is further down in the chapter.",
        "calibration": "{bets} times you said how sure you were: {said} on average. It came true "
        "in {came}. If your numbers were exactly right, chance alone would still move that by up "
        "to {chance} points (19 times in 20).",
        "calibrated": "So far nothing speaks against your sense of how sure you are.",
        "too_sure": "You were surer than you were right. Next time allow more, or say less.",
        "not_sure_enough": "You were right more often than you dared to say.",
        "how_to_read": "A dot on the dashed line: as often right as said. Below it: too sure. "
        "Above it: not sure enough. A larger dot stands for more predictions.",
        "plot": "How sure you were, and how often it came true.",
        "dot": "Said {p}: came true {came}, of {count}.",
        "axis_said": "how sure you were",
        "axis_came": "came true",
        "forget": "Forget these predictions",
        "forget_sure": "Yes, forget them",
        "keep": "Keep them",
        "forgotten": "Forgotten.",
    }
)
