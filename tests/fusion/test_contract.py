"""Every promise of ⊕, put to every operator that is registered, on drawn problems.

``pytest tests/fusion/test_contract.py --operator my_module:Loudest`` puts them to one of your own.
"""

from __future__ import annotations

from mmtutor.fusion.contract import Problem, fixed
from tests.fusion.problems import ALONE, PROBLEMS, put_drawn


def test_the_promise_is_kept(subject, promise, record_property, request):
    record_property("operator", repr(subject))
    record_property("promise", promise.name)
    alone = request.config.getoption("operator", default=None) is not None
    usual = ALONE if alone else PROBLEMS
    many, given_out = request.config.getoption("problems", default=None) or usual, 0

    def put(problem: Problem) -> None:
        nonlocal given_out
        given_out += 1
        promise.check(problem)

    if promise.name == "every_parameter_learns":
        for seed in range(3):
            put(fixed(subject, batch=32, whole=True, seed=seed))
    elif promise.program:
        put(fixed(subject, modalities=2))
    elif promise.ordinary:
        for seed in range(5):
            put(fixed(subject, modalities=3 - seed % 2, seed=seed))
    else:
        put_drawn(subject, promise, many, put)
    record_property("problems", given_out)
