"""Which operators the contract is put to, and how many problems they were given."""

from __future__ import annotations

import importlib
from collections import defaultdict

import pytest

from mmtutor.fusion import Fusion
from mmtutor.fusion.contract import PROMISES, Subject
from tests.fusion.problems import ALONE, PROBLEMS
from tests.fusion.variants import subjects


def pytest_addoption(parser):
    parser.addoption(
        "--operator",
        help="put the contract to this operator alone, for example my_module:Loudest",
    )
    parser.addoption(
        "--problems",
        type=int,
        help=f"problems to draw for a promise and an operator: {PROBLEMS}, {ALONE} for one alone",
    )
    parser.addoption(
        "--contract-table", action="store_true", help="print operators × promises, with counts"
    )


def pytest_generate_tests(metafunc):
    if {"subject", "promise"} <= set(metafunc.fixturenames):
        cases = [
            pytest.param(
                subject,
                promise,
                # To compile is slow, and an option seldom decides it: once a week is enough.
                marks=[pytest.mark.thorough] * (promise.program and bool(subject.options)),
                id=f"{name}-{promise.name}",
            )
            for name, subject in chosen(metafunc.config).items()
            for promise in PROMISES.values()
            if promise.concerns(subject.operator)
        ]
        metafunc.parametrize(("subject", "promise"), cases)


def chosen(config) -> dict[str, Subject]:
    """All that is registered, or the one operator that the command line names."""
    path = config.getoption("operator", default=None)
    if path is None:
        return subjects()
    module, _, name = path.partition(":")
    try:
        operator = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise pytest.UsageError(f"--operator {path}: {error}; expected module:Class") from error
    if not (isinstance(operator, type) and issubclass(operator, Fusion)):
        raise pytest.UsageError(f"--operator {path}: not a class that inherits from Fusion")
    return {name: Subject(operator)}


def pytest_terminal_summary(terminalreporter, config):
    table = defaultdict(dict)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            told = dict(report.user_properties)
            if "promise" in told:
                kept = told["problems"] if outcome == "passed" else "✗"
                table[told["operator"]][told["promise"]] = kept
    if not table:
        return
    total = sum(n for row in table.values() for n in row.values() if n != "✗")
    terminalreporter.write_line(
        f"contract of ⊕: {len(table)} operators, {len(PROMISES)} promises, {total:,} problems"
    )
    if config.getoption("contract_table", default=False):
        head = list(table)
        terminalreporter.write_line("| promise | " + " | ".join(head) + " |")
        terminalreporter.write_line("|---" * (len(head) + 1) + "|")
        for promise in PROMISES:
            cells = [str(table[name].get(promise, "–")) for name in head]
            terminalreporter.write_line(f"| {promise} | " + " | ".join(cells) + " |")
