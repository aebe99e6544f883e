"""A number as people type it, read for a kernel as ``numbers.js`` reads it for a page.

Line by line the same steps; ``tests/figures/live/test_numbers.py`` holds the two against each
other. The sentences about what cannot be read stand here, for both.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Field: TypeAlias = Mapping[str, Any]

NUMBER_WORDS = {
    "empty": "There is nothing in the field yet. Type a number.",
    "empty_field": "Nothing is entered yet for {field}.",
    "text": "“{typed}” is not a number. Type digits, such as 12 or 0.5.",
    "comma": "“{typed}” can be {one} or {other}. Type the one that you mean.",
    "not_whole": "A whole number is asked for; “{typed}” is none.",
    "no_percent": "No percentage is asked for here. Type the number without %.",
    "share_or_percent": "A percentage is asked for. Is “{typed}” the share, or less than one "
    "per cent? Type it with the sign %.",
    "mixed_shares": "Shares or per cent? One of your numbers is above 1 and another one below. "
    "Type all of them one way, or with the sign %.",
    "one_or_all": "Is 1 all of it, or one per cent? Type 100 % or 0.01.",
    "outside": "It lies between {low} and {high}; “{typed}” does not.",
    "too_low": "It is at least {low}; “{typed}” is less.",
    "too_high": "It is at most {high}; “{typed}” is more.",
}
"""One sentence a problem."""

RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215f]")
# NFKC has made the other kinds of spaces plain.
SPACE = re.compile("[ \t\n\r\f\v\u1680\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
LIKE = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2013\u2010\u2011\u2012", "-"),
        **dict.fromkeys("\u2044\u2215", "/"),
        **dict.fromkeys("\u2019\u066c", "'"),
        **{sign: str(digit) for digit, sign in enumerate("٠١٢٣٤٥٦٧٨٩")},
        **{sign: str(digit) for digit, sign in enumerate("۰۱۲۳۴۵۶۷۸۹")},
        "\u066a": "%",
        "\u066b": ".",
    }
)
QUOTED = re.compile(r"""^["'“”„«‘] ?(.*?) ?["'“”»]$""")
PERCENT = re.compile(r" ?(%|per ?cent)$", re.IGNORECASE)
SIGNED = re.compile(r"([+-]?) ?(.*)")
POWER = re.compile(r"^(?:([0-9.,]+) ?[x×*·⋅] ?)?10 ?(?:\^|\*\*) ?([+-]?[0-9]+)$")
DECIMAL = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
COMMA = re.compile(r"[0-9]*,[0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE)
# Digits in groups of three: 104 064, 104'064.5, 104,064.5, 104.064,5 and 1,104,064.
BY_SPACES = re.compile(r"[1-9][0-9]{0,2}([ '_][0-9]{3})+([.,][0-9]+)?")
BY_COMMAS = re.compile(r"[1-9][0-9]{0,2}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
BY_POINTS = re.compile(r"[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,]([0-9]{3})")


class Unread(ValueError):
    """What was typed cannot be read.

    :param problem: the name of a sentence.
    :param parts: what its gaps are filled with.
    """

    def __init__(self, problem: str, **parts: object) -> None:
        super().__init__(problem)
        self.problem, self.parts = problem, parts


def written(value: float) -> str:
    """Return a number as it stands in a sentence."""
    return f"{float(f'{value:.6g}'):.15g}".replace("-", "−")


def cleaned(text: str) -> str:
    """Return a text with plain spaces, signs and digits, however they were typed."""
    apart = VULGAR.sub(r" \g<0>", RAISED.sub(r"^\g<0>", text))
    plain = unicodedata.normalize("NFKC", apart).translate(LIKE)
    return SPACE.sub(" ", plain).strip(" ")


def meanings(text: str, whole: bool) -> list[float]:
    """Return all that digits may mean: no number, one, or, "1,234", two."""
    parts = SIGNED.fullmatch(text.strip(" "))
    assert parts is not None
    sign, unsigned = parts.groups()
    digits = POWER.sub(lambda power: f"{power[1] or 1}e{power[2]}", unsigned)
    decimal, grouped = digits.replace(",", "."), re.sub(r"[.,]", "", digits)
    group = ONE_GROUP.fullmatch(digits)
    found: list[str] = []
    if BY_SPACES.fullmatch(digits):
        found = [re.sub(r"[ '_]", "", digits).replace(",", ".")]
    elif BY_COMMAS.fullmatch(digits):
        found = [digits.replace(",", "")]
    elif BY_POINTS.fullmatch(digits):
        found = [digits.replace(".", "").replace(",", ".")]
    elif group and whole and ("," in digits or group[1] != "000"):
        found = [grouped]  # with a decimal point it would not be whole
    elif group and (whole or "," in digits):
        found = [decimal, grouped]
    elif COMMA.fullmatch(digits):
        found = [decimal]
    elif DECIMAL.fullmatch(digits):
        found = [digits]
    return [value for one in found if math.isfinite(value := float(sign + one))]


def all_meanings(text: str, whole: bool) -> list[float]:
    """Return all that a number or a fraction may mean."""
    top, *bottom = text.split("/")
    if not bottom:
        return meanings(top, whole)
    if len(bottom) > 1:
        return []
    below = meanings(bottom[0], False)
    found = [a / b for a in meanings(top, False) for b in below if b]
    return [value for value in found if math.isfinite(value)]


def bounds_of(field: Field) -> tuple[float, float]:
    """Return the bounds of a field's number; a share has bounds of its own."""
    least, most = (0, 1) if field["of"] == "share" else (-math.inf, math.inf)
    low, high = field.get("low"), field.get("high")
    return (least if low is None else low), (most if high is None else high)


def inside(field: Field, value: float) -> bool:
    """Tell whether a number lies within a field's bounds."""
    low, high = bounds_of(field)
    return low <= value <= high


def read_field(given: str | float, field: Field) -> tuple[str, float, bool]:
    """Return what was typed, its number, and whether it is a share without a sign."""
    of, label = field["of"], field.get("label", "")
    typed = cleaned(str(given))
    text = QUOTED.sub(r"\1", typed)
    if not text:
        raise Unread("empty_field" if label else "empty", field=label)
    percent = PERCENT.search(text) is not None
    body = PERCENT.sub("", text)
    name = field.get("unit") or ""
    units = [one for one in (name, re.sub("s$", "", name)) if one and not percent]
    unit = next((one for one in units if text.lower().endswith(one.lower())), "")
    if unit:
        body = text[: -len(unit)].strip(" ")
    if percent and of not in ("share", "percent"):
        raise Unread("no_percent", typed=typed)
    scale = 100 if percent and of == "share" else 1
    found = all_meanings(body, of == "whole") if isinstance(given, str) else as_it_is(given)
    every = [value / scale for value in found]
    if not every:
        raise Unread("text", typed=typed)
    some = [value for value in every if inside(field, value)] if len(every) > 1 else every
    if len(some) > 1:
        raise Unread("comma", typed=typed, one=written(some[0]), other=written(some[1]))
    value = (some or every)[0]
    if of == "whole" and value % 1 != 0:
        raise Unread("not_whole", typed=typed)
    hundredfold = float(f"{100 * value:.15g}")
    small = not percent and of == "percent" and 0 < abs(value) < 1
    if small and inside(field, hundredfold):
        if inside(field, value):
            raise Unread("share_or_percent", typed=typed)
        value = hundredfold
    return typed, value, of == "share" and not percent


def as_it_is(given: float) -> list[float]:
    """Return a number that was not typed but computed, if it is one."""
    try:
        return [float(given)] if math.isfinite(given) else []
    except OverflowError:
        return []


def read_numbers(texts: Sequence[str | float], fields: Sequence[Field]) -> list[float]:
    """Return the numbers that somebody typed into the fields of one question.

    Shares without the sign % are read together: 5 and 1 are both meant in per cent.

    :param fields: each says what its number is ``of``: ``"number"``, ``"whole"``, ``"percent"``
        (50 % is 50) or ``"share"`` (50 % is 0.5), and may have a ``label``, a ``unit`` that may
        be typed, too, and bounds, ``low`` and ``high``.
    :raises Unread: one cannot be read, or could be two.
    """
    read = [read_field(text, field) for text, field in zip(texts, fields, strict=True)]
    shares = [(value, field) for (_, value, bare), field in zip(read, fields, strict=True) if bare]
    above = any(value > 1 for value, _ in shares)
    between = any(0 < value < 1 for value, _ in shares)
    if above and between:
        raise Unread("mixed_shares")
    if not above and not between and any(v == 1 and inside(field, 0.01) for v, field in shares):
        raise Unread("one_or_all")
    numbers = []
    for (typed, value, bare), field in zip(read, fields, strict=True):
        number = value / 100 if bare and above else value
        low, high = bounds_of(field)
        if not low <= number <= high:
            both = low > -math.inf and high < math.inf
            problem = "outside" if both else "too_low" if number < low else "too_high"
            ends = {"low": low, "high": high}
            told = {end: written(bound) for end, bound in ends.items() if math.isfinite(bound)}
            raise Unread(problem, typed=typed, **told)
        numbers.append(number)
    return numbers
