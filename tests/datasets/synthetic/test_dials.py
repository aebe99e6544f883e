"""The Bayes classifier of a Synthetic problem reaches its Bayes accuracy, and what follows."""

from __future__ import annotations

import math
from itertools import permutations, product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmtutor.datasets import KnownProblem, Synthetic

EYE_EAR = ("eye", "ear")
DIALS = [
    {"redundancy": 1.0},
    {"redundancy": 1.0, "shared_noise": 0.0},
    {"redundancy": 1.0, "shared_noise": 0.5, "modalities": 3},
    {"uniqueness": 1.0},
    {"uniqueness": {"x1": 0.7, "x3": 0.2}, "modalities": 3},
    {"synergy": 1.0},
    {"synergy": 1.0, "modalities": 3},
    {"redundancy": 0.3, "uniqueness": 0.2, "synergy": 0.4},
    {
        "redundancy": 0.4,
        "uniqueness": {"x2": 0.3},
        "synergy": 0.3,
        "signal": {"x1": 0.8, "x2": 2.5},
        "shared_noise": 0.6,
    },
    {"redundancy": 0.25, "uniqueness": 0.25, "synergy": 0.5, "modalities": 1},
    {},
]


def reaches_its_limit(data: KnownProblem) -> None:
    """The rule of Bayes is right as often as it should be, and knows how sure it may be."""
    for subset, accuracy in data.bayes_accuracies().items():
        p = data.posterior(data.inputs, subset)
        error = math.sqrt(accuracy * (1 - accuracy) / len(data))
        assert abs((p.argmax(dim=1) == data.targets).double().mean() - accuracy) < 4 * error
        assert abs(p.amax(dim=1).mean() - accuracy) < 4 * error


# ── the limit is the limit ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("dials", DIALS)
@pytest.mark.parametrize("extra", [0, 3])
def test_the_bayes_classifier_reaches_the_bayes_accuracy(
    dials: dict[str, object], classes: int, extra: int
) -> None:
    data = Synthetic("test", classes=classes, samples=1, **dials)
    dim = data.dim + extra if extra else None
    reaches_its_limit(Synthetic("test", classes=classes, samples=20_000, dim=dim, seed=1, **dials))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("modalities", [1, 2, 3])
def test_posterior_by_adding_up_all_that_may_be_hidden(classes: int, modalities: int) -> None:
    """Bayes' rule with each sample's kind given, over all hidden signs: nothing is simplified."""
    rho = 0.4
    signal = {f"x{m}": 0.6 + 0.5 * m for m in range(1, modalities + 1)}
    data = Synthetic(
        "test",
        redundancy=0.3,
        uniqueness=0.3,
        synergy=0.3,
        modalities=modalities,
        classes=classes,
        signal=signal,
        shared_noise=rho,
        samples=60,
    )
    n = 1 if classes == 2 else classes
    a = torch.tensor([s if classes == 2 else s / math.sqrt(2) for s in signal.values()]).double()
    x = torch.stack([data.inputs[name] for name in data.modalities]).double()
    x = x.view(modalities, len(data), 3, n)
    code = {
        y: [2 * y - 1] if n == 1 else [1 if c == y else -1 for c in range(n)]
        for y in range(classes)
    }
    noise = (1 - rho) * torch.eye(modalities) + rho
    together = torch.distributions.MultivariateNormal(
        torch.zeros(modalities).double(), noise.double()
    )
    alone = torch.distributions.Normal(0.0, 1.0)
    expected = torch.zeros(len(data), classes, dtype=torch.float64)
    for i, kind in enumerate(data.kinds.tolist()):
        for y in range(classes):
            t = torch.tensor(code[y], dtype=torch.float64)  # (n,)
            if data.kind_names[kind] == "redundant":
                seen = (x[:, i, 0] - a[:, None] * t).T  # (n, M)
                p = together.log_prob(seen).sum().exp()
            elif data.kind_names[kind].startswith("unique"):
                p = alone.log_prob(x[kind - 1, i, 1] - a[kind - 1] * t).sum().exp()
            elif data.kind_names[kind] == "synergistic":
                p = 1.0
                for c in range(n):  # the code's signs are hidden one by one
                    p_c = 0.0
                    for g in product((-1, 1), repeat=modalities):
                        if (sum(v > 0 for v in g) % 2 == 1) == (t[c] > 0):
                            off = x[:, i, 2, c] - a * torch.tensor(g)
                            p_c += alone.log_prob(off).sum().exp()
                    p *= p_c
            else:
                p = 1.0
            expected[i, y] = p
    expected /= expected.sum(dim=1, keepdim=True)
    torch.testing.assert_close(data.posterior(data.inputs), expected, rtol=1e-6, atol=1e-8)


# ── what the dials mean ────────────────────────────────────────────────────────────────────────
shares = st.floats(0, 1).flatmap(
    lambda r: st.floats(0, 1 - r).flatmap(
        lambda u: st.floats(0, max(0.0, 1 - r - u)).map(lambda s: (r, u, s))
    )
)


@given(
    shares,
    st.lists(st.floats(0.05, 4), min_size=1, max_size=4),
    st.floats(0, 0.9),
    st.sampled_from([2, 3, 5]),
)
def test_one_more_sense_never_hurts(
    dials: tuple[float, float, float], signals: list[float], rho: float, classes: int
) -> None:
    names = [f"x{m + 1}" for m in range(len(signals))]
    data = Synthetic(
        redundancy=dials[0],
        uniqueness=dials[1],
        synergy=dials[2],
        classes=classes,
        modalities=names,
        signal=dict(zip(names, signals, strict=True)),
        shared_noise=rho,
        samples=1,
    )
    accuracy = {frozenset(k): v for k, v in data.bayes_accuracies().items()}
    accuracy[frozenset()] = data.bayes_accuracy(())
    assert accuracy[frozenset()] == 1 / classes
    for subset, reached in accuracy.items():
        assert 1 / classes - 1e-8 <= reached <= 1 + 1e-8
        for name in names:
            assert accuracy[subset | {name}] >= reached - 1e-8


@pytest.mark.parametrize("classes", [2, 4])
def test_a_copy_is_worth_nothing_and_a_second_opinion_something(classes: int) -> None:
    copied = Synthetic.copy(modalities=3, classes=classes, samples=1).bayes_accuracies()
    assert max(copied.values()) == min(copied.values())
    own = Synthetic.copy(modalities=4, classes=classes, shared_noise=0, signal=0.8, samples=1)
    clear = Synthetic.copy(modalities=1, classes=classes, signal=1.6, samples=1)
    assert own.bayes_accuracy() == pytest.approx(clear.bayes_accuracy(), abs=1e-12)  # √4 · 0.8
    assert own.bayes_accuracy("x1") < own.bayes_accuracy(["x1", "x3"]) < own.bayes_accuracy()


def test_copies_are_copies() -> None:
    data = Synthetic.copy(modalities=EYE_EAR, samples=100)
    assert torch.equal(data.inputs["eye"], data.inputs["ear"])
    own = Synthetic.copy(modalities=EYE_EAR, samples=20_000, shared_noise=0.3)
    noise = [own.inputs[name][:, 0] - 1.5 * (2 * own.targets - 1) for name in EYE_EAR]
    rho = torch.corrcoef(torch.stack(noise))[0, 1]
    assert rho == pytest.approx(0.3, abs=4 / math.sqrt(20_000))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("modalities", [2, 3, 4])
def test_xor_without_one_sense_is_a_guess(classes: int, modalities: int) -> None:
    data = Synthetic.xor(modalities=modalities, classes=classes, samples=1)
    *parts, whole = data.bayes_accuracies().items()
    assert all(accuracy == 1 / classes for _, accuracy in parts)
    assert whole[1] > 1 / classes + 0.1
    assert Synthetic.xor(samples=1).bayes_accuracy() == pytest.approx(0.875312, abs=1e-6)


def test_xor_of_bits_is_the_class() -> None:
    for modalities in (1, 2, 3, 4):
        data = Synthetic.xor(modalities=modalities, signal=8.0, samples=300)
        bits = torch.stack([data.inputs[name][:, 0] > 0 for name in data.modalities])
        assert torch.equal(bits.sum(dim=0) % 2, data.targets)


@pytest.mark.parametrize("classes", [2, 3])
def test_accuracy_is_linear_in_the_shares(classes: int) -> None:
    corners = {
        kind: getattr(Synthetic, kind)(classes=classes, samples=1).bayes_accuracies()
        for kind in ("copy", "unique", "xor")
    }
    mixed = Synthetic(redundancy=0.5, uniqueness=0.2, synergy=0.1, classes=classes, samples=1)
    weights = {"copy": 0.5, "unique": 0.2, "xor": 0.1}
    for subset, accuracy in mixed.bayes_accuracies().items():
        mean = sum(w * corners[kind][subset] for kind, w in weights.items()) + 0.2 / classes
        assert accuracy == pytest.approx(mean, abs=1e-12)


def test_unique_evidence_goes_where_it_is_sent() -> None:
    data = Synthetic(uniqueness={"eye": 0.8, "ear": 0.2}, modalities=EYE_EAR, samples=20_000)
    spoken = {name: data.inputs[name][:, 0] != 0 for name in EYE_EAR}
    assert torch.equal(spoken["eye"], ~spoken["ear"])
    assert torch.equal(spoken["eye"], data.kinds == data.kind_names.index("unique to eye"))
    assert spoken["eye"].double().mean() == pytest.approx(0.8, abs=4 * 0.4 / math.sqrt(20_000))
    clear = 0.9331927987311419  # Φ(1.5)
    assert data.bayes_accuracy("eye") == pytest.approx(0.8 * clear + 0.2 / 2)
    assert data.bayes_accuracy("ear") == pytest.approx(0.2 * clear + 0.8 / 2)


def test_the_order_of_senses_is_no_matter() -> None:
    signal, unique = {"a": 0.7, "b": 1.4, "c": 2.6}, {"a": 0.1, "b": 0.2, "c": 0.05}
    found = []
    for names in permutations("abc"):
        data = Synthetic(
            redundancy=0.3,
            uniqueness=unique,
            synergy=0.3,
            classes=3,
            modalities=names,
            signal=signal,
            shared_noise=0.5,
            samples=1,
        )
        found.append({frozenset(k): v for k, v in data.bayes_accuracies().items()})
    for other in found[1:]:
        assert other == pytest.approx(found[0], abs=1e-9)


def test_kinds_come_in_their_shares() -> None:
    data = Synthetic(
        "train", redundancy=0.4, uniqueness=0.2, synergy=0.3, modalities=EYE_EAR, samples=40_000
    )
    assert data.kind_names == (
        "redundant",
        "unique to eye",
        "unique to ear",
        "synergistic",
        "silent",
    )
    counts = torch.bincount(data.kinds, minlength=5) / len(data)
    assert counts.tolist() == pytest.approx([0.4, 0.1, 0.1, 0.3, 0.1], abs=4 * 0.5 / 200)
    silent = data.kinds == 4
    assert not any(x[silent].any() for x in data.inputs.values())
    assert torch.bincount(data.targets).min() > 19_500


def test_what_is_not_looked_at_may_be_anything() -> None:
    data = Synthetic.mixture("test", samples=50)
    spoilt = {"x1": data.inputs["x1"], "x2": torch.full_like(data.inputs["x2"], math.nan)}
    one = data.posterior({"x1": data.inputs["x1"]})
    assert torch.equal(data.posterior(spoilt, ["x1"]), one)
    assert torch.equal(data.posterior(data.inputs, "x1"), one)
    torch.testing.assert_close(one.sum(dim=1), torch.ones(50, dtype=torch.float64))


# ── a data set like the others ─────────────────────────────────────────────────────────────────
def test_splits_seeds_and_epochs_are_draws_of_their_own() -> None:
    def seen(split: str = "train", epoch: int = 0, **options: object) -> bytes:
        data = Synthetic.mixture(split, samples=20, **options)
        data.set_epoch(epoch)
        return data.inputs["x1"].numpy().tobytes()

    assert len({seen(s) for s in ("train", "valid", "test")} | {seen(seed=1)}) == 4
    assert seen() == seen() == seen(epoch=3) == seen(fresh=True, epoch=0)
    assert len({seen(fresh=True, epoch=e) for e in range(4)}) == 4
    assert seen(fresh=True, epoch=2) == seen(fresh=True, epoch=2)
    assert seen("test") == seen("test", fresh=True, epoch=5)


def test_it_turns_the_same_way_in_every_split() -> None:
    train = Synthetic.copy("train", dim=5, samples=4000, signal=4.0)
    test = Synthetic.copy("test", dim=5, samples=4000, signal=4.0)
    w = [
        torch.linalg.lstsq(d.inputs["x1"], 2.0 * d.targets[:, None] - 1).solution
        for d in (train, test)
    ]
    assert torch.cosine_similarity(*w, dim=0) > 0.99
    assert w[0].abs().max() < 0.99 * w[0].norm()  # and not along an axis


def test_it_says_what_it_is() -> None:
    assert repr(Synthetic.xor("test", samples=1000)) == (
        "Synthetic('test', 1,000 samples of 1 synergistic; 2 classes, 2 modalities of dim 1, "
        "seed=0)"
    )


def test_thirty_modalities_do_not_hang() -> None:
    data = Synthetic("test", redundancy=1.0, modalities=30, samples=10)
    with pytest.raises(ValueError, match="30 modalities have 1,073,741,823 subsets"):
        data.bayes_accuracies()
    assert data.bayes_accuracy(["x1"]) > 0.5
