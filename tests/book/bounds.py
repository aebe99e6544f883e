"""The claims of a chapter, read from its stored outputs, and how near their bounds lie.

What a claim prints is all that is needed: what was measured, between which ends, and what it was
held against. So nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mmtutor.lessons.claims import Claim

SHARE = 0.5
"""A change that takes this share of the effect away must make the claim fail."""
ROUNDING = 1e-4
"""A bound below this says that two numbers are the same but for rounding."""
NUMBER = r"-?(?:[\d,]+(?:\.\d+)?(?:e[+-]\d+)?|nan|inf)"
CLAIM = re.compile(r"^✓ (?P<text>.*)\n  (?P<numbers>(?:measured|largest difference) .*)$", re.M)


def number_after(word: str, numbers: str) -> float | None:
    """Return the number behind a word, in the unit in which it was printed."""
    found = re.search(rf"\b{word} ({NUMBER})", numbers)
    return float(found[1].replace(",", "")) if found else None


def read(printed: str) -> Iterator[Claim]:
    """Yield the claims with numbers that a cell printed."""
    for found in CLAIM.finditer(printed):
        numbers = found["numbers"]
        measured, _, needed = numbers.partition(", needed ")
        value = number_after("measured", measured)
        if value is None:
            continue  # two ways to one result: held to within rounding
        ends = re.search(rf"95 % interval ({NUMBER}) to ({NUMBER})", measured)
        unit = re.match(rf"measured {NUMBER} times\b", measured)
        otherwise = number_after("otherwise", needed)
        yield Claim(
            text=found["text"],
            value=value,
            interval=(float(ends[1].replace(",", "")), float(ends[2].replace(",", "")))
            if ends
            else None,
            above=number_after("above", needed),
            below=number_after("below", needed),
            equals=number_after("equal to", needed),
            # Nothing gained is a factor of one.
            otherwise=otherwise if otherwise is not None else float(bool(unit)),
            numbers=numbers,
        )


def printed(notebook: Any) -> str:
    """Return what the cells of a notebook have printed."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return "\n".join(output.text for output in outputs if output.get("name") == "stdout")


def claims_of(notebook: Any) -> Iterator[Claim]:
    """Yield the claims that a notebook stores, in their order."""
    return read(printed(notebook))


def is_near(claim: Claim) -> bool:
    """Whether the claim fails once the effect is smaller by ``SHARE``, on each side it is held.

    The effect is how far the value lies from what would be measured if the claim were false. The
    interval moves with the value.
    """
    if claim.equals is not None or (claim.below is not None and abs(claim.below) <= ROUNDING):
        return True
    shift = SHARE * ((claim.otherwise or 0.0) - claim.value)
    low, high = claim.interval or (claim.value, claim.value)
    weaker = replace(claim, value=claim.value + shift, interval=(low + shift, high + shift))
    return shift != 0 and not weaker.holds
