"""17.1 and 17.2: the loss of a sentence, and three ways to choose one."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

SENTENCE = Question(
    form=Numbers(Number("L", tolerance=4e-3, unit="nats")),
    solution=0.6931,
    mistakes=(
        ((2.06, 2.1), "That is the sum over the words. The loss is the mean of a word."),
        ((1.03, 1.05), "You divided by 2. The end mark is asked for, too: three words."),
        ((0.99, 1.01), "That is in bits: you took log₂. A nat comes from ln."),
        ((0.124, 0.126), "That is the probability of the sentence. The loss is the mean of −ln p."),
        (
            (0.535, 0.545),
            "That is −ln of the mean of the three p. First −ln of each, then the mean.",
        ),
        ((-0.7, -0.69), "The sign: p is below 1, so ln p is negative, and −ln p positive."),
        ((-2.1, -2.06), "That is the sum of ln p. The loss is the mean, and of −ln p."),
        ((2.98, 3.02), "That is the sum, in bits. The loss is the mean, and a nat comes from ln."),
        ((0.295, 0.305), "You took log10. A nat comes from ln, in Python `math.log`."),
        ((0.49, 0.51), "That is e^(−loss): the third root of the product. Take −ln of it."),
        ((0.58, 0.586), "That is the mean of the three p. Take −ln of each first."),
        ((0.515, 0.525), "You divided by 4. Three words are asked for, with the end mark."),
        ((0.6975, 0.7025), "About right, but with one digit. Two digits after the point, please."),
    ),
    praise="As if each word were a coin: the product of the three is 1/8, and its third root 1/2.",
    hint="Take −ln of each of the three probabilities, the end mark's too, and then their mean.",
)

WAYS = Question(
    form=Labels(
        ("greedy", "beam of 2", "per word"),
        ("man", "man cooking", "woman cooking food"),
        aliases={f"{s} end": s for s in ("man", "man cooking", "woman cooking food")},
    ),
    solution={"greedy": "man cooking", "beam of 2": "man", "per word": "woman cooking food"},
    mistakes=(
        (
            {"greedy": "man"},
            "Greedy looks at one word at a time: after *man*, *cooking* (0.55) is likelier "
            "than the end (0.45).",
        ),
        (
            {"greedy": "woman cooking food"},
            "Greedy takes the likeliest first word, and that is *man*. It never comes back.",
        ),
        (
            {"beam of 2": "man cooking"},
            "Multiply: *man cooking* ends with 0.5 · 0.55 · 0.6 = 0.165, and *man* with "
            "0.5 · 0.45 = 0.225.",
        ),
        (
            {"beam of 2": "woman cooking food"},
            "Its product is 0.4 · 0.55 · 0.95 · 0.95 = 0.199, less than the 0.225 of *man*.",
        ),
        (
            {"per word": "man"},
            "Divide the sum of ln p by the number of words, the end among them: *man* has "
            "ln 0.225 / 2 = −0.75. Is another one above that?",
        ),
        (
            {"per word": "man cooking"},
            "*man cooking* has ln 0.165 / 3 = −0.60. Is another one above that?",
        ),
    ),
    praise="Three ways, three sentences, one model. The sum of ln p likes short ones.",
    hint="Greedy: step by step. Beam: keep the two largest products, finished ones "
    "too. Per word: the largest ln(product) / number of words, the end among them.",
)
