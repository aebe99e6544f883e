"""A figure refuses a state that it cannot show, in the words of who gave it."""

from __future__ import annotations

import pytest

from mmtutor.figures import live


@pytest.mark.parametrize(
    ("figure", "state", "said"),
    [
        (live.AttentionWeights, {"query": [3.0, 0.0]}, "two numbers between -2 and 2"),
        (live.AttentionWeights, {"key_vectors": [[0.0, 1.0]]}, "sight, sound, text, got 1"),
        (live.AttentionWeights, {"key_vectors": [[0.0, 9.0]] * 3}, "the key of sight"),
        (live.AttentionWeights, {"temperature": 0.0}, "a number in 0.1…10, got 0.0"),
        (live.AttentionWeights, {"temperature": float("nan")}, "temperature must be a number"),
        (live.AttentionWeights, {"absent": ["sigth"]}, "in absent 'sigth'.*did you mean 'sight'"),
        (live.DecisionSurface, {"operator": "tenor"}, "did you mean 'tensor'"),
        (live.DecisionSurface, {"question": 4}, "question must be a number in 0…3"),
        (live.DecisionSurface, {"rank": 0}, "rank must be a whole number in 1…3"),
        (live.DecisionSurface, {"point": [200, 0]}, "two directions"),
        (live.FusionPlane, {"operator": "gate"}, "did you mean 'gated'"),
        (live.FusionPlane, {"x_1": [3, 0]}, "between -2 and 2"),
        (live.FusionPlane, {"alpha": 1.5}, "alpha"),
        (live.OperatorCosts, {"operator": "lowrank"}, "did you mean 'low_rank'"),
        (live.OperatorCosts, {"width": 65}, "width must be one of 8, 16"),
        (live.OperatorCosts, {"measure": "time"}, "unknown measure 'time'"),
        (live.OperatorCosts, {"along": "out_dim"}, "unknown along"),
        (live.ShapeFlow, {"form": "mendet"}, "did you mean 'mended'"),
        (live.ShapeFlow, {"batch": 7}, "batch must be one of 1, 2"),
        (live.ShapeFlow, {"order": "backwards"}, "unknown order"),
        (live.SilentBugs, {"on": ["softmx"]}, "did you mean 'softmax'"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_bad_state_is_refused_in_words(figure, state, said):
    with pytest.raises(ValueError, match=said):
        figure(**state)
