"""Appendix F: right answers in other forms, wrong ones as a student would give them."""

from __future__ import annotations

SEES = {"a": "means", "b": "CORAL", "c": "MMD", "d": "none"}

RIGHT = {
    "F.1": [12 / 16],
    "F.2": [SEES],
    "F.3": [0.8 - 0.3 - 0.08, "42 %"],
}

WRONG = {
    "F.1": [
        (12.0, "Divide it by 4 d²"),
        (3, "divided by 4."),
        (0.25, "Only the variances"),
        (0.2165, "You took the root"),
        (7, "square its four entries"),
    ],
    "F.2": [
        ({**SEES, "a": "CORAL", "b": "means"}, "takes the means off"),
        ({**SEES, "b": "MMD"}, "something cheaper"),
        ({**SEES, "c": "CORAL"}, "so CORAL is 0"),
        ({**SEES, "d": "MMD"}, "looks at labels"),
        ({**SEES, "c": "none"}, "one of the three"),
    ],
    "F.3": [
        (0.5, "add up to"),
        (0.58, "You added the error"),
        ("8 %", "error in the source"),
        (0.2, "share of class −"),
        (0.3, "share of + in the source"),
        (0.7, "error_S + error_T"),
    ],
}
