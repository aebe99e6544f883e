"""Sentences against sentences: what share is exactly right, and how many phrases agree."""

from __future__ import annotations

from collections.abc import Sequence

from mmtutor.arguments import whole_number


def exact_match(said: Sequence[str], references: Sequence[str | Sequence[str]]) -> float:
    """Share of sentences that are one of their references, word for word.

    :param said: N sentences.
    :param references: for each a sentence, or several.
    :raises TypeError: a sentence or a reference that is no text.
    :raises ValueError: unequal numbers, or none; a sentence without a reference.
    """
    pairs = check_pairs(said, references)
    return sum(s.split() in [r.split() for r in right] for s, right in pairs) / len(pairs)


def bleu(
    said: Sequence[str], references: Sequence[str | Sequence[str]], *, n_gram: int = 4
) -> float:
    r"""BLEU of a whole set of sentences, in [0, 1].

    .. math:: \mathrm{BLEU} = e^{\min(0,\, 1 - r/c)} \prod_{n=1}^{N} p_n^{1/N}

    :math:`p_n` is the share of phrases of n words that occur in a reference (each as often as
    there), c the number of words said, r that of the references nearest in length. It is a measure
    of a set: of a single short sentence without a common phrase of ``n_gram`` words it is 0.
    Words are what white space separates; put spaces between Chinese characters first. The number
    comes from torchmetrics.

    :param n_gram: N, the longest phrases.
    :raises TypeError: a sentence or a reference that is no text.
    :raises ValueError: unequal numbers, or none; a sentence without a reference.

    Source: Papineni et al. 2002, https://doi.org/10.3115/1073083.1073135
    """
    from torchmetrics.functional.text import bleu_score

    whole_number("n_gram", n_gram, 1)
    pairs = check_pairs(said, references)
    return float(bleu_score([s for s, _ in pairs], [list(r) for _, r in pairs], n_gram=n_gram))


def check_pairs(
    said: Sequence[str], references: Sequence[str | Sequence[str]]
) -> list[tuple[str, list[str]]]:
    """Each sentence with the list of its references, or what is wrong with them."""
    if not isinstance(said, Sequence) or not isinstance(references, Sequence):
        raise TypeError(
            f"a list of sentences and one of references are asked for; got "
            f"{type(said).__name__} and {type(references).__name__}"
        )
    if (
        isinstance(said, str)
        or isinstance(references, str)
        or len(said) != len(references)
        or not said
    ):
        raise ValueError(
            "a list of sentences and one of references, equally long, are asked for; got "
            f"{len(said)} and {len(references)}"
        )
    pairs = []
    for i, (s, r) in enumerate(zip(said, references, strict=True)):
        several = [r] if isinstance(r, str) else list(r) if isinstance(r, Sequence) else [r]
        if not all(isinstance(text, str) for text in (s, *several)):
            raise TypeError(f"sentence {i} or one of its references is no text: {s!r}, {r!r}")
        if not several:
            raise ValueError(f"sentence {i} has no reference")
        pairs.append((s, several))
    return pairs
