"""fit and evaluate: against closed forms, and bit for bit."""

from __future__ import annotations

import copy
import functools
import inspect
import io
import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from mmtutor.figures import show_history
from mmtutor.training import SCHEDULES, evaluate, fit, loop
from mmtutor.training.history import History
from tests.training.problems import Clouds, TwoSenses

quiet = functools.partial(fit, progress=False)


@pytest.fixture(autouse=True)
def _seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {k: v.clone() for k, v in model.state_dict().items()}


def same(a: dict, b: dict) -> bool:
    return all(torch.equal(a[k], b[k]) for k in a)


def test_least_squares_has_a_closed_form():
    g = torch.Generator().manual_seed(0)
    X = torch.randn(256, 4, generator=g)
    y = X @ torch.tensor([[1.0], [-2.0], [0.5], [3.0]]) + 0.7
    y += 0.1 * torch.randn(256, 1, generator=g)
    model = nn.Linear(4, 1)
    history = quiet(
        model,
        [(X, y)],
        [(X, y)],
        epochs=150,
        lr=0.1,
        loss=mse_loss,
        optimizer=torch.optim.SGD,
        clip=None,
    )
    best = torch.linalg.lstsq(torch.cat([X, torch.ones(256, 1)], 1), y).solution.flatten()
    torch.testing.assert_close(model.weight.detach()[0], best[:4], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(model.bias.detach()[0], best[4], rtol=1e-3, atol=1e-3)
    rest = (X @ best[:4, None] + best[4] - y).square().mean()
    assert history["valid_loss"][-1] == pytest.approx(float(rest), rel=1e-3)
    assert "valid_accuracy" not in history.columns


def test_one_step_is_the_formula():
    """θ - η ∇L at S = 1: the one-cycle factor at ½ of the training."""
    X, y = torch.randn(8, 3), torch.arange(8) % 2
    model = nn.Linear(3, 2)
    reference = copy.deepcopy(model)
    nn.functional.cross_entropy(reference(X), y).backward()
    quiet(model, [(X, y)], epochs=1, lr=0.1, optimizer=torch.optim.SGD, clip=None)
    eta = 0.1 * SCHEDULES["one-cycle"](0.5)
    torch.testing.assert_close(model.weight, reference.weight - eta * reference.weight.grad)


def test_clipping_bounds_the_step():
    X, y = 1000 * torch.ones(4, 3), torch.tensor([0, 0, 0, 0])
    model = nn.Linear(3, 2)
    nn.init.zeros_(model.weight)
    before = weights(model)
    sgd = torch.optim.SGD
    quiet(model, [(X, y)], epochs=1, lr=1.0, clip=0.5, optimizer=sgd, schedule="constant")
    step = math.sqrt(sum(float((model.state_dict()[k] - before[k]).square().sum()) for k in before))
    assert step == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_stay_between_zero_and_the_peak(name):
    factors = [SCHEDULES[name](k / 1000) for k in range(1001)]
    assert max(factors) == pytest.approx(1.0)
    assert min(factors) >= 0
    assert max(abs(a - b) for a, b in itertools.pairwise(factors)) < 0.01


def test_a_schedule_of_your_own_and_the_learning_rate_it_gives():
    seen = []

    def schedule(p):
        seen.append(p)
        return 0.5

    history = quiet(TwoSenses(), Clouds(100), epochs=2, batch_size=50, lr=0.2, schedule=schedule)
    assert seen == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert history["lr"] == [0.1, 0.1]


def test_bit_identical_from_a_seed_whatever_was_drawn_before():
    runs = []
    for k in range(2):
        torch.manual_seed(k)
        model = TwoSenses()
        history = quiet(model, Clouds(), Clouds(seed=1), epochs=3, batch_size=32, seed=7)
        runs.append((weights(model), history["train_loss"], history["valid_loss"]))
    assert same(runs[0][0], runs[1][0])
    assert runs[0][1:] == runs[1][1:]
    other = TwoSenses()
    quiet(other, Clouds(), epochs=3, batch_size=32, seed=8)
    assert not same(runs[0][0], weights(other))


def test_global_random_state_is_untouched():
    before = torch.get_rng_state()
    quiet(TwoSenses(), Clouds(), epochs=2)
    evaluate(TwoSenses(), Clouds())
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(FloatingPointError):
        quiet(TwoSenses(), broken(Clouds(), 0))
    assert torch.equal(torch.get_rng_state(), before)


def test_each_epoch_has_an_order_of_its_own_and_every_sample_once():
    class Asked(Clouds):
        def batch(self, index):
            asked.extend((self.epoch, i) for i in index.tolist())
            return super().batch(index)

    def orders(seed):
        asked.clear()
        quiet(TwoSenses(), Asked(64), epochs=3, batch_size=16, seed=seed)
        return [[i for epoch, i in asked if epoch == k] for k in range(3)]

    asked: list[tuple[int, int]] = []
    first = orders(0)
    assert all(sorted(order) == list(range(64)) for order in first)
    assert first[0] != first[1] != first[2]
    assert orders(0) == first
    assert orders(1) != first


def broken(data, at, what="right", value=float("nan")):
    """Batches of 20; batch `at` of every pass has one bad number in modality `what`."""
    batches = []
    for k in range(len(data) // 20):
        inputs, y = data.batch(torch.arange(20 * k, 20 * k + 20))
        inputs = {name: x.clone() for name, x in inputs.items()}
        if k == at:
            inputs[what][3, 1] = value
        batches.append((inputs, y))
    return batches


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_bad_number_stops_the_training_and_is_named(value):
    model = TwoSenses()
    before = weights(model)
    message = r"loss is nan \(the input of modality 'right' .* epoch 1, step 4\b.*before the train"
    with pytest.raises(FloatingPointError, match=message):
        quiet(model, broken(Clouds(), 3, value=value), epochs=2)
    assert same(weights(model), before)
    assert not model.training


class BreaksLater(list):
    """Good batches in epoch 0 and 1, then a NaN at step `at`."""

    def set_epoch(self, epoch):
        if epoch == 2:
            self[:] = broken(Clouds(), 5)


def test_weights_are_those_of_the_last_good_epoch():
    model = TwoSenses()
    with pytest.raises(FloatingPointError, match=r"epoch 3, step 6\b.*end of epoch 2"):
        quiet(model, BreaksLater(broken(Clouds(), -1)), epochs=4, schedule="constant")
    reference = TwoSenses()
    quiet(reference, broken(Clouds(), -1), epochs=2, schedule="constant")
    assert same(weights(model), weights(reference))


class BadGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad * torch.nan


def test_a_bad_gradient_and_a_bad_encoder_are_found():
    class Bad(TwoSenses):
        def forward(self, inputs):
            h = self.encoders["left"](inputs["left"]) + BadGradient.apply(
                self.encoders["right"](inputs["right"])
            )
            return self.head(h)

    model = Bad()
    before = weights(model)
    with pytest.raises(FloatingPointError, match=r"gradient is not finite .*encoders\.right"):
        quiet(model, Clouds())
    assert same(weights(model), before)

    model = TwoSenses()
    model.encoders["right"] = nn.Sequential(nn.Linear(4, 8), nn.Threshold(99.0, math.inf))
    with pytest.raises(FloatingPointError, match="encoder of modality 'right'"):
        quiet(model, Clouds())


def test_weights_that_explode_at_the_last_step_are_noticed():
    model = nn.Linear(3, 2)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    # Each label gets ½, and three in four are 0: a gradient of ¼ · 100.
    X, y = torch.full((4, 3), 100.0), torch.tensor([0, 0, 0, 1])
    before = weights(model)
    with pytest.raises(FloatingPointError, match="weights are not finite, in epoch 1, step 1"):
        quiet(model, [(X, y)], epochs=1, lr=1e38, clip=None, optimizer=torch.optim.SGD)
    assert same(weights(model), before)


@pytest.mark.parametrize("error", [RuntimeError("not today"), KeyError(3)])
def test_what_the_model_raises_comes_through_as_it_is(error):
    class Sulks(TwoSenses):
        def forward(self, inputs):
            raise error

    with pytest.raises(type(error)) as raised:
        quiet(Sulks(), Clouds())
    assert raised.value is error


def test_frozen_parameters_do_not_move():
    model = TwoSenses()
    model.encoders["left"].requires_grad_(False)
    before = weights(model)
    quiet(model, Clouds(), epochs=3)
    after = weights(model)
    assert same(*({k: v for k, v in w.items() if "left" in k} for w in (before, after)))
    assert not torch.equal(before["encoders.right.weight"], after["encoders.right.weight"])


def test_the_best_epoch_can_be_kept():
    train, valid = Clouds(60), Clouds(500, seed=5)
    wild = functools.partial(  # the steps grow until they do harm
        quiet,
        train=train,
        valid=valid,
        epochs=6,
        lr=0.5,
        clip=None,
        optimizer=torch.optim.SGD,
        schedule=lambda p: 1.0 if p < 0.3 else 100.0,
    )
    model = TwoSenses()
    history = wild(model, keep="best")
    assert history.best_epoch < 6
    assert evaluate(model, valid).accuracy == pytest.approx(max(history["valid_accuracy"]))
    last = TwoSenses()
    wild(last)
    assert evaluate(last, valid).accuracy == pytest.approx(history["valid_accuracy"][-1])


def test_validation_is_not_trained_on_and_sees_evaluation_mode():
    model, alone = TwoSenses(dropout=0.9), TwoSenses(dropout=0.9)
    history = quiet(model, Clouds(), Clouds(seed=1), epochs=2)
    quiet(alone, Clouds(), epochs=2)
    assert same(weights(model), weights(alone))
    assert history["valid_accuracy"][-1] == pytest.approx(evaluate(model, Clouds(seed=1)).accuracy)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 1000])
def test_evaluation_does_not_depend_on_the_batch_size(batch_size):
    model, data = TwoSenses(), Clouds(150)
    whole, parts = evaluate(model, data), evaluate(model, data, batch_size=batch_size)
    torch.testing.assert_close(parts.logits, whole.logits)
    assert torch.equal(parts.predictions, whole.predictions)
    assert torch.equal(parts.targets, data.targets)
    assert [(e, e.low, e.high) for _, e in parts.rows()] == [
        (e, e.low, e.high) for _, e in whole.rows()
    ]


def test_muting_a_modality_takes_its_key_away():
    model, data = TwoSenses(), Clouds()
    muted = evaluate(model, data, drop="left")
    x, _ = data.batch(torch.arange(len(data)))
    expected = model.eval()({"right": x["right"]}).detach()
    torch.testing.assert_close(muted.logits, expected)
    assert torch.equal(evaluate(model, data, drop=("left",)).logits, muted.logits)
    with pytest.raises(KeyError, match=r"unknown modality to drop 'lefft'.*did you mean 'left'"):
        evaluate(model, data, drop="lefft")
    with pytest.raises(ValueError, match="leaves no modality"):
        evaluate(model, data, drop=("left", "right"))
    with pytest.raises(TypeError, match="needs inputs by modality, got Tensor"):
        evaluate(nn.Linear(3, 2), [(torch.zeros(2, 3), torch.tensor([0, 1]))], drop="left")


def test_training_loss_is_the_mean_over_samples_of_the_losses_met():
    """With no step taken (a rate of almost 0) it is the loss of the whole set, uneven batches."""
    data, model = Clouds(50), TwoSenses(dropout=0.0)
    x, y = data.batch(torch.arange(50))
    whole = nn.functional.cross_entropy(model(x), y)
    history = quiet(model, data, epochs=1, batch_size=16, lr=1e-12)
    assert history["train_loss"] == [pytest.approx(float(whole.detach()), rel=1e-5)]


def test_a_model_left_in_evaluation_mode_is_trained_all_the_same():
    a, b = TwoSenses(dropout=0.5), TwoSenses(dropout=0.5).eval()
    histories = [quiet(m, Clouds(), Clouds(seed=1), epochs=2)["train_loss"] for m in (a, b)]
    assert histories[0] == histories[1]
    assert not a.training
    assert same(weights(a), weights(b))


def test_evaluate_gives_every_module_its_mode_back():
    model = TwoSenses(dropout=0.5).train()
    model.head.eval()
    assert torch.equal(evaluate(model, Clouds()).logits, evaluate(model, Clouds()).logits)
    assert (model.training, model.dropout.training, model.head.training) == (True, True, False)


def test_loaders_and_plain_tensors_will_do():
    X, y = torch.randn(60, 3), torch.arange(60) % 2
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(X, y), batch_size=16, shuffle=True
    )
    a, b = nn.Linear(3, 2), nn.Linear(3, 2)
    b.load_state_dict(a.state_dict())
    quiet(a, loader, loader, epochs=2)
    quiet(b, loader, epochs=2)
    assert same(weights(a), weights(b))
    one_pass = ((X[k : k + 20], y[k : k + 20]) for k in range(0, 60, 20))
    assert len(quiet(nn.Linear(3, 2), one_pass, epochs=2)) == 2


def test_labels_of_any_whole_type_and_soft_labels():
    X, y = torch.randn(8, 3), torch.arange(8) % 2
    for target in (y.int(), y.to(torch.uint8), nn.functional.one_hot(y, 2).float()):
        quiet(nn.Linear(3, 2), [(X, target)], epochs=1)


def test_an_optimizer_already_built_keeps_its_rates():
    model = TwoSenses()
    before = weights(model)
    adam = torch.optim.Adam(
        [{"params": model.encoders.parameters(), "lr": 0.0}, {"params": model.head.parameters()}],
        lr=0.01,
    )
    quiet(model, Clouds(), epochs=1, optimizer=adam)
    after = weights(model)
    assert torch.equal(before["encoders.left.weight"], after["encoders.left.weight"])
    assert not torch.equal(before["head.weight"], after["head.weight"])


class Needs(TwoSenses):
    """It adds up both senses, and has no thought for one that is missing."""

    def forward(self, inputs):
        h = self.encoders["left"](inputs["left"]) + self.encoders["right"](inputs["right"])
        return self.head(h)


def test_a_modality_that_the_model_cannot_do_without():
    x, y = Clouds(20).batch(range(20))
    lacking = [(x, y), ({"left": x["left"]}, y)]
    message = "model asks for 'right', which is none of the modalities of this batch, 'left'"
    with pytest.raises(KeyError, match=message):
        quiet(Needs(), lacking)
    with pytest.raises(KeyError, match=message):
        quiet(Needs(), lacking[:1], lacking[1:])
    with pytest.raises(KeyError, match=message):
        evaluate(Needs(), Clouds(), drop="right")
    # The same batches, and a model that looks what is there.
    quiet(TwoSenses(), lacking, lacking[1:])


def test_the_loop_can_be_read_in_one_look():
    lines = inspect.getsource(loop.train_model).splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 100


def test_history_can_be_read_and_drawn():
    history = quiet(TwoSenses(), Clouds(), Clouds(seed=1), epochs=3)
    assert history["epoch"] == [1, 2, 3]
    assert len(history.table().splitlines()) == 4
    assert "History of 3 epochs" in repr(history)
    assert history._repr_html_().count("<tr>") == 4
    assert history.seconds > 0
    with pytest.raises(KeyError, match="no column 'loss', there are epoch, train_loss"):
        history["loss"]
    drawn = show_history(history)._repr_html_()
    assert "<svg" in drawn
    assert "validation accuracy from" in drawn
    with pytest.raises(ValueError, match="nothing to plot"):
        show_history(History())


def test_silent_when_asked_and_one_line_per_epoch_otherwise(capsys):
    quiet(TwoSenses(), Clouds(), epochs=2)
    assert capsys.readouterr() == ("", "")
    fit(TwoSenses(), Clouds(), Clouds(seed=1), epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert "validation accuracy" in lines[1]


def test_one_bar_in_a_terminal_and_nothing_left_of_it(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    fit(TwoSenses(), Clouds(), Clouds(seed=1), epochs=2, batch_size=50)
    drawn = terminal.getvalue()
    assert "0/8" in drawn
    assert drawn.rstrip(" \r") == drawn[: len(drawn.rstrip(" \r"))]
    assert "\n" not in drawn
    assert capsys.readouterr().out == ""
