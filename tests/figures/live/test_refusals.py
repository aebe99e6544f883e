"""A figure refuses a state that it cannot show, in the words of who gave it."""

from __future__ import annotations

import pytest

from mmtutor.figures import live

THIRDS = [(1 / 3, 1 / 3, 1 / 3)]


@pytest.mark.parametrize(
    ("figure", "state", "said"),
    [
        (live.AdaptedClouds, {"shares": [(0.5, 0.4, 0.2)]}, "add up to 1, these add up to 1.1"),
        (live.AdaptedClouds, {"shares": [(0.5, 0.5)]}, "must be 3, one a class, got 2"),
        (live.AdaptedClouds, {"shares": THIRDS, "stop": 1}, "stop must be a whole number in 0…0"),
        (live.AdaptedClouds, {"shares": THIRDS, "stop": 0, "way": "corl"}, "did you mean 'coral'"),
        (live.AttentionWeights, {"query": [3.0, 0.0]}, "two numbers between -2 and 2"),
        (live.AttentionWeights, {"key_vectors": [[0.0, 1.0]]}, "sight, sound, text, got 1"),
        (live.AttentionWeights, {"key_vectors": [[0.0, 9.0]] * 3}, "the key of sight"),
        (live.AttentionWeights, {"temperature": 0.0}, "a number in 0.1…10, got 0.0"),
        (live.AttentionWeights, {"absent": ["sigth"]}, "in absent 'sigth'.*did you mean 'sight'"),
        (live.DecisionSurface, {"operator": "tenor"}, "did you mean 'tensor'"),
        (live.DecisionSurface, {"question": 4}, "question must be a number in 0…3"),
        (live.DecisionSurface, {"rank": 0}, "rank must be a whole number in 1…3"),
        (live.DecisionSurface, {"point": [200, 0]}, "two directions"),
        (live.DrawAndSay, {"drawing": "abc"}, "256 hexadecimal digits, got 3"),
        (live.DrawAndSay, {"voice": 3}, "voice must be a whole number in 0…2, got 3"),
        (live.DrawAndSay, {"word": 10}, "word must be a whole number in -1…9, got 10"),
        (live.DrawAndSay, {"audio_noise": 3.5}, "audio_noise must be a number in 0…3"),
        (live.FusionGain, {"redundancy": 0.9}, r"add up to 1\.3, more than 1"),
        (live.FusionGain, {"signal": 4.0}, "signal must be a number in 0…3, got 4"),
        (live.FusionGain, {"shared_noise": -0.1}, "shared_noise must be a number in 0…1"),
        (live.FusionPlane, {"operator": "gate"}, "did you mean 'gated'"),
        (live.FusionPlane, {"x_1": [3, 0]}, "between -2 and 2"),
        (live.FusionPlane, {"alpha": 1.5}, "alpha"),
        (live.LabelShift, {"way": "mean"}, "did you mean 'means'"),
        (live.LabelShift, {"shift": 4.0}, "shift must be a number in -3…3, got 4"),
        (live.LabelShift, {"share": 1.0}, "share must be a number in 0.05…0.95, got 1"),
        (live.OperatorCosts, {"operator": "lowrank"}, "did you mean 'low_rank'"),
        (live.OperatorCosts, {"width": 65}, "width must be one of 8, 16"),
        (live.OperatorCosts, {"measure": "time"}, "unknown measure 'time'"),
        (live.OperatorCosts, {"along": "out_dim"}, "unknown along"),
        (live.ShapeFlow, {"form": "mendet"}, "did you mean 'mended'"),
        (live.ShapeFlow, {"batch": 7}, "batch must be one of 1, 2"),
        (live.ShapeFlow, {"order": "backwards"}, "unknown order"),
        (live.SilentBugs, {"on": ["softmx"]}, "did you mean 'softmax'"),
        (live.Threshold, {"threshold": 6.0}, "threshold must .* in -2…5"),
        (live.Threshold, {"share": 0.4}, "share must be one of"),
        (live.Threshold, {"cost": 3}, "cost must be one of 1, 2"),
        (live.ToolFinder, {"senses": ["sound"]}, "unknown name in senses 'sound'"),
        (live.ToolFinder, {"want": "feature"}, "did you mean 'features'"),
        (live.ToolFinder, {"labels": "few"}, "unknown labels 'few'"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_bad_state_is_refused_in_words(figure, state, said):
    with pytest.raises(ValueError, match=said):
        figure(**state)
