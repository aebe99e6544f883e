"""Adaptation: what is learnt from, what is left alone, and what is refused."""

from __future__ import annotations

import copy

import pytest
import torch

from mmtutor.models import SideBySide
from mmtutor.objectives import DomainCritic, information_maximisation, mmd
from mmtutor.training import adapt

RUNS = 2


def cloud(n, seed, move=0.0):
    g = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 2
    return torch.randn(n, 3, generator=g) + 2 * y[:, None] + move, y


def model():
    return SideBySide((3, 4), 2, range(RUNS))


def weights(one):
    return torch.cat([p.detach().flatten() for p in one.parameters()])


def test_the_given_model_stays_and_frozen_layers_stay():
    before = model()
    kept = copy.deepcopy(before.state_dict())
    before.layers.requires_grad_(False)
    after = adapt(before, cloud(64, 0), steps=3)
    for name, value in before.state_dict().items():
        assert torch.equal(value, kept[name])
    assert torch.equal(after.layers[0].weight, before.layers[0].weight)
    assert not torch.equal(after.head.weight, before.head.weight)


def test_each_network_learns_as_if_it_were_alone():
    """One network more beside it changes nothing of the first but for the batches it is given."""
    source = (cloud(1, 0)[0], torch.tensor([1]))  # of one sample all batches are alike
    both = adapt(model(), source, steps=4, batch_size=3)
    alone = adapt(SideBySide((3, 4), 2, [1]), source, steps=4, batch_size=3)
    torch.testing.assert_close(both.head.weight[1], alone.head.weight[0])


def test_the_target_counts_by_its_weight():
    source, target = cloud(80, 0), cloud(80, 1, move=3.0)[0]
    plain = weights(adapt(model(), source, steps=5))
    for given in (
        {"alike": mmd},
        {"believe": information_maximisation},
        {"teacher": torch.full((80, 2), 0.5)},
    ):
        none = adapt(model(), source, target, steps=5, weight=0.0, **given)
        some = adapt(model(), source, target, steps=5, **given)
        assert not torch.equal(weights(none), weights(some))
    assert torch.equal(plain, weights(adapt(model(), source, target, steps=5)))


def test_a_critic_learns_and_each_network_has_its_own():
    critics = [DomainCritic(4, 5) for _ in range(RUNS)]
    before = [weights(one) for one in critics]
    adapt(model(), cloud(70, 0), cloud(70, 1, move=3.0)[0], alike=critics, steps=3)
    assert all(not torch.equal(a, weights(b)) for a, b in zip(before, critics, strict=True))


def test_one_critic_for_all_networks_takes_one_step_at_a_time():
    critic, source, target = DomainCritic(4, 5), cloud(70, 0), cloud(70, 1, move=3.0)[0]
    before = weights(critic)
    adapt(model(), source, target, alike=critic, steps=1, lr=0.01, weight_decay=0.0)
    # Adam's first step is as long as the learning rate.
    assert float((weights(critic) - before).abs().max()) == pytest.approx(0.01, rel=1e-3)


def test_mmd_is_less_after_it_was_minimised():
    source, target = cloud(200, 0), cloud(200, 1, move=2.0)[0]
    start = adapt(model(), source, steps=30, lr=0.02)
    after = adapt(start, source, target, alike=mmd, weight=10.0, steps=30, lr=0.02)
    for r in range(RUNS):
        apart = [mmd(m.features(source[0])[r], m.features(target)[r]) for m in (start, after)]
        assert apart[1] < 0.5 * apart[0]


def test_a_teacher_who_is_right_teaches_what_labels_teach():
    x, y = cloud(200, 0)
    probabilities = torch.nn.functional.one_hot(y, 2).float()
    pupil = adapt(model(), None, x, teacher=probabilities, steps=10, lr=0.05)
    same = adapt(model(), (x, y), steps=10, lr=0.05)
    torch.testing.assert_close(pupil(x), same(x))
    own = adapt(model(), None, x, teacher=probabilities.expand(RUNS, -1, -1), steps=10, lr=0.05)
    torch.testing.assert_close(pupil(x), own(x))


def test_labels_may_be_another_draw_for_each_network():
    x, y = cloud(40, 0)
    draws = torch.stack([torch.arange(10), torch.arange(30, 40)])
    apart = adapt(model(), None, labelled=(x[draws], y[draws]), steps=5)
    shared = adapt(model(), None, labelled=(x[:10], y[:10]), steps=5)
    torch.testing.assert_close(apart.head.weight[0], shared.head.weight[0])
    assert not torch.equal(apart.head.weight[1], shared.head.weight[1])


X, Y = cloud(80, 0)


@pytest.mark.parametrize(
    ("source", "target", "options", "message"),
    [
        ((X, Y), X[:0], {"alike": mmd}, "the target domain has no samples"),
        ((X, Y), X[:12], {"alike": mmd}, "12 samples, fewer than a batch.*batch_size=12 at most"),
        (
            (X, Y),
            None,
            {"labelled": (X, Y + 1)},
            r"the same classes; only in the source: \[0\]; only in the labelled target: \[2\]",
        ),
        ((X, Y), X, {"teacher": torch.ones(79, 2) / 2}, "speaks of 79 samples, the target has 80"),
        ((X, Y), X, {"teacher": torch.ones(80, 1)}, "knows 1 classes, the source has class 1"),
        ((X, Y[:9]), X, {}, "source must be x"),
        ((X[:0], Y[:0]), X, {}, "source has no samples"),
        (None, X, {"alike": mmd}, "give source="),
        ((X, Y), None, {"believe": information_maximisation}, "give target="),
        (None, X, {}, "nothing to learn from"),
        ((X, Y), X, {"alike": [mmd]}, "one for each of 2 networks, got 1"),
        ((X, Y), X, {"weight": -1.0}, "weight must be a number"),
        ((X, Y), X, {"steps": 0}, "steps must be a whole number"),
    ],
)
def test_bad_input_is_refused_in_words(source, target, options, message):
    with pytest.raises(ValueError, match=message):
        adapt(model(), source, target, **options)
