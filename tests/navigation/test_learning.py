"""The walker and its teacher."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.navigation import Walker, draw_worlds, imitate, lessons, loss_on, walk


@pytest.fixture(scope="module")
def worlds():
    return draw_worlds(range(100, 124))


def test_whole_walks_give_the_scores_of_single_steps(worlds):
    """The GRU over a whole walk, and step by step with its memory: the same scores."""
    torch.manual_seed(0)
    walker = Walker()
    walks = walk(worlds, walker, limit=8)
    inputs, _ = lessons(worlds, walks)
    whole, _ = walker(inputs)
    memory = None
    for t in range(len(whole)):
        step, memory = walker({name: x[t] for name, x in inputs.items()}, memory)
        torch.testing.assert_close(step, whole[t])


def test_a_sense_that_a_walker_lacks_changes_nothing(worlds):
    torch.manual_seed(0)
    inputs, _ = lessons(worlds, walk(worlds, limit=4))
    other = {**inputs, "image": torch.full_like(inputs["image"], torch.nan)}
    deaf, blind = Walker("image"), Walker("audio")
    assert torch.equal(blind(inputs)[0], blind(other)[0])
    assert deaf(other)[0].isnan().all()


def test_without_memory_the_past_is_the_last_action(worlds):
    torch.manual_seed(0)
    inputs, _ = lessons(worlds, walk(worlds, limit=4))
    begun = {name: x[1:] for name, x in inputs.items()}
    without, within = Walker(memory=False), Walker()
    torch.testing.assert_close(without(inputs)[0][1:], without(begun)[0])
    assert not torch.allclose(within(inputs)[0][1:], within(begun)[0], atol=1e-4)
    other = {**begun, "previous": torch.zeros_like(begun["previous"])}
    assert not torch.allclose(without(begun)[0], without(other)[0], atol=1e-4)


def test_the_loss_counts_steps_until_the_end_only(worlds):
    torch.manual_seed(0)
    walker = Walker(memory=False)
    walks = walk(worlds)
    inputs, expert = lessons(worlds, walks)
    assert ((expert >= 0) == (walks.action >= 0)).all()
    led = walks.action >= 0
    assert torch.equal(expert[led], walks.action[led])  # the expert's walk is the expert's
    log_p = walker(inputs)[0].log_softmax(dim=2)
    told = [
        -log_p[t, i, expert[t, i]].item()
        for t in range(len(expert))
        for i in range(expert.shape[1])
        if led[t, i]
    ]
    assert loss_on(walker, inputs, expert).item() == pytest.approx(
        math.fsum(told) / len(told), rel=1e-5
    )


def test_a_memory_can_learn_what_the_present_does_not_hold(worlds):
    """Training makes the expert's actions likelier, and one seed makes one walker."""

    def learnt(**options):
        torch.manual_seed(1)
        return imitate(Walker(), [worlds], rounds=2, updates=6, batch=24, limit=10, **options)

    inputs, expert = lessons(worlds, walk(worlds))
    torch.manual_seed(1)
    before = float(loss_on(Walker(), inputs, expert).detach())
    one, again, cloned = learnt(), learnt(), learnt(corrected=False)
    for name, weight in one.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    assert not torch.equal(one.head.weight, cloned.head.weight)
    with torch.no_grad():
        assert max(float(loss_on(w, inputs, expert)) for w in (one, cloned)) < before - 0.02


def test_bad_input_is_refused_in_words(worlds):
    with pytest.raises(ValueError, match="needs a sense"):
        Walker([])
    with pytest.raises(ValueError, match="did you mean 'audio'"):
        Walker(["image", "audi"])
    inputs, _ = lessons(worlds, walk(worlds, limit=2))
    del inputs["audio"]
    with pytest.raises(ValueError, match="needs 'audio', got 'image'"):
        Walker()(inputs)
    with pytest.raises(ValueError, match=r"'image' of shape \(…, 11, 2\), got \(2, 24, 9, 2\)"):
        Walker("image")({**inputs, "image": inputs["image"][:, :, :9]})
    with pytest.raises(ValueError, match="got none"):
        imitate(Walker(), [])
    with pytest.raises(ValueError, match="rounds must be a whole number"):
        imitate(Walker(), [worlds], rounds=0)
    with pytest.raises(ValueError, match="seed must be a whole number"):
        imitate(Walker(), [worlds], seed="zero")
