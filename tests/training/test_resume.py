"""A training that is stopped, killed or damaged: it goes on bit for bit, or says what is wrong."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torchmetrics.classification import MulticlassAccuracy

from mmtutor.training import DamagedCheckpointError, checkpoints, fit, load_weights, save_weights
from mmtutor.training.arguments import Callback
from tests.training.problems import Clouds, StopAt, TwoSenses, train


@pytest.fixture(scope="module")
def whole():
    """The training that nobody interrupts."""
    return train()


def identical(a: torch.nn.Module, b: torch.nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


# 7 steps an epoch, a checkpoint every 2 and after each epoch.
@pytest.mark.parametrize("step", [0, 1, 2, 6, 7, 8, 15, 20, 41])
def test_a_stopped_training_goes_on_bit_for_bit(tmp_path, whole, step):
    with pytest.raises(InterruptedError):
        train(str(tmp_path), callbacks=[StopAt(step)])
    model, history = train(str(tmp_path), resume=True)
    assert identical(model, whole[0])
    plain = [{k: v for k, v in row.items() if k != "seconds"} for row in history.rows]
    assert plain == [{k: v for k, v in row.items() if k != "seconds"} for row in whole[1].rows]


def test_stopped_many_times(tmp_path, whole):
    with pytest.raises(InterruptedError):
        train(str(tmp_path), callbacks=[StopAt(3)])
    (tmp_path / "tensors-0.safetensors.part").write_bytes(b"half")  # as a kill may leave it
    for _ in range(6):
        with pytest.raises(InterruptedError):
            train(str(tmp_path), resume=True, callbacks=[StopAt(5)])
    assert identical(train(str(tmp_path), resume=True)[0], whole[0])
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "constant", "optimizer": torch.optim.SGD},
        {"optimizer": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True)},
        {"optimizer": torch.optim.RMSprop, "accumulate": 3},
        {"precision": "bf16", "clip": None},
    ],
    ids=["sgd", "momentum", "accumulate", "bf16"],
)
def test_every_optimizer_resumes(tmp_path, options):
    reference, _ = train(**options)
    with pytest.raises(InterruptedError):
        train(str(tmp_path), callbacks=[StopAt(17)], **options)
    assert identical(train(str(tmp_path), resume=True, **options)[0], reference)


class CtrlC(Callback):
    def before_step(self, model, inputs, outputs, y):
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_finishes_the_step_saves_and_says_how_to_go_on(tmp_path, whole):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match=r"after epoch 1, step 1 and saved.*resume="):
        train(str(tmp_path), callbacks=[CtrlC()])
    assert signal.getsignal(signal.SIGINT) is before
    assert identical(train(str(tmp_path), resume=True)[0], whole[0])


def test_ctrl_c_without_a_checkpoint_keeps_the_model():
    with pytest.raises(KeyboardInterrupt, match="keeps what it has learnt"):
        train(callbacks=[CtrlC()])


def test_a_second_ctrl_c_does_not_wait():
    class Twice(Callback):
        def before_step(self, model, inputs, outputs, y):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):  # where Python looks for signals
                pass
            raise AssertionError("still here")

    with pytest.raises(KeyboardInterrupt):
        train(callbacks=[Twice()])


VALID = Clouds(101, seed=1)


@pytest.fixture
def stopped(tmp_path):
    with pytest.raises(InterruptedError):
        train(str(tmp_path), callbacks=[StopAt(9)])
    return tmp_path


def resume(folder, model=None, data=None, valid=VALID, **options):
    settings = {"epochs": 6, "batch_size": 32, "keep": "best", "progress": False} | options
    return fit(model or TwoSenses(), data or Clouds(), valid, resume=folder, **settings)


def slow(p):
    return 1 - p


def adamw(p, lr):
    return torch.optim.AdamW(p, lr=lr, weight_decay=0.5)


SMOOTHED = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
OTHER_LABELS = Clouds()
OTHER_LABELS.targets = OTHER_LABELS.targets.roll(1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": 16}, "batch_size was 32, is 16"),
        ({"epochs": 7}, "epochs was 6, is 7"),
        ({"lr": 0.1}, "lr was 0.003, is 0.1"),
        ({"seed": 1}, "seed was 0, is 1"),
        ({"clip": None}, "clip was 1.0, is None"),
        ({"keep": "last"}, "keep was 'best', is 'last'"),
        ({"patience": 3}, "patience was None, is 3"),
        ({"monitor": "valid_loss"}, "monitor was None, is 'valid_loss'"),
        ({"metrics": {"a": MulticlassAccuracy(3)}}, r"metrics was \[\], is \['a'\]"),
        ({"accumulate": 2}, "accumulate was 1, is 2"),
        ({"gradient_norms": True}, "gradient_norms was False, is True"),
        ({"precision": "bf16"}, "precision was 'float32', is 'bf16'"),
        ({"loss": SMOOTHED}, "loss was 'cross_entropy', is 'CrossEntropyLoss"),
        ({"schedule": "cosine"}, "schedule was 'one-cycle', is 'cosine'"),
        ({"schedule": slow}, "schedule was 'one-cycle', is 'slow'"),
        ({"optimizer": torch.optim.SGD}, "optimizer was 'AdamW', is 'SGD'"),
        ({"optimizer": adamw}, "optimizer options was .*0.01.*, is .*0.5"),
        ({"data": Clouds(199)}, "data was '200 samples, .*', is '199 samples, "),
        ({"data": Clouds(seed=5)}, "data was '200 samples, .*', is '200 samples, "),
        ({"data": OTHER_LABELS}, "data was '200 samples, .*', is '200 samples, "),
        ({"valid": Clouds(100, seed=1)}, "validation data was '101 .*, is '100 samples"),
        ({"valid": None, "keep": "last"}, "validation data was '101 .*, is None"),
        ({"model": TwoSenses(dropout=0.1)}, "model options was"),
    ],
)
def test_a_checkpoint_made_differently_is_refused(stopped, options, words):
    with pytest.raises(ValueError, match=f"made differently.*{words}"):
        resume(stopped, **options)


def test_the_checkpoint_of_another_model_lists_what_differs(stopped):
    other = TwoSenses()
    other.head = torch.nn.Linear(8, 5)
    other.extra = torch.nn.Linear(2, 2)
    del other.encoders["right"]
    with pytest.raises(ValueError, match="another model") as caught:
        resume(stopped, model=other)
    told = str(caught.value)
    assert "head.weight: (3, 8) there, (5, 8) in the model" in told
    assert "only in the model: 'extra.bias', 'extra.weight'" in told
    assert "only there: 'encoders.right.bias', 'encoders.right.weight'" in told


def reseal(folder: Path, **changes) -> None:
    """Change the index and give it the digest that fits: what only a person does on purpose."""
    path = folder / checkpoints.INDEX
    index = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(index | {"index_sha256": checkpoints._digest(index)}))


def tensors_of(folder: Path) -> Path:
    [path] = folder.glob("tensors-*.safetensors")
    return path


@pytest.mark.parametrize("place", [0, 8, 200, -1])
def test_one_flipped_byte_is_found(stopped, place):
    path = tensors_of(stopped)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedCheckpointError, match="damaged or cut off"):
        resume(stopped)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}'])
def test_a_damaged_index_is_found(stopped, text):
    (stopped / checkpoints.INDEX).write_text(text)
    with pytest.raises(DamagedCheckpointError, match=checkpoints.INDEX):
        resume(stopped)


def test_a_checkpoint_of_a_later_version_is_refused(stopped):
    path = stopped / checkpoints.INDEX
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 3}))
    with pytest.raises(ValueError, match="format 3, this version of mmtutor reads 2"):
        resume(stopped)


def test_an_index_cannot_point_elsewhere(stopped, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "x.safetensors"
    elsewhere.write_bytes(tensors_of(stopped).read_bytes())
    reseal(stopped, tensors=str(elsewhere))
    with pytest.raises(DamagedCheckpointError, match="not beside it"):
        resume(stopped)


def test_missing_tensors_are_named(stopped):
    tensors_of(stopped).unlink()
    with pytest.raises(DamagedCheckpointError, match="not beside it"):
        resume(stopped)


def test_no_checkpoint_to_resume_from(tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint in"):
        resume(tmp_path / "nothing")


def test_a_folder_that_cannot_be_written_is_found_before_training(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    model = TwoSenses()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    with pytest.raises(OSError, match="cannot write a checkpoint"):
        fit(model, Clouds(), checkpoint=tmp_path / "file" / "run", progress=False)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


@pytest.mark.parametrize("which", ["tensors", checkpoints.INDEX])
def test_a_full_disk_leaves_the_checkpoint_before(stopped, monkeypatch, which):
    index = (stopped / checkpoints.INDEX).read_bytes()
    replace = os.replace

    def full(source, target):
        if Path(target).name.startswith(which):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="cannot write a checkpoint: No space left"):
        checkpoints.write(stopped, {}, {"model/x": torch.ones(3)})
    assert (stopped / checkpoints.INDEX).read_bytes() == index
    checkpoints.read(stopped)
    assert not list(stopped.glob("*.part"))


def test_a_bad_number_keeps_the_checkpoint(tmp_path):
    class Poison(Callback):
        steps = 0

        def before_step(self, model, inputs, outputs, y):
            self.steps += 1
            if self.steps == 10:
                with torch.no_grad():
                    model.head.weight[0] = float("nan")

    with pytest.raises(FloatingPointError, match=r"The checkpoint in .* is whole"):
        train(str(tmp_path), callbacks=[Poison()])
    facts, tensors = checkpoints.read(tmp_path)
    assert facts["progress"]["epoch"] == 1
    assert all(value.isfinite().all() for value in tensors.values() if value.is_floating_point())


def test_weights_round_trip_and_refuse_damage(tmp_path):
    path = tmp_path / "w.safetensors"
    model, other = TwoSenses(seed=1), TwoSenses(seed=2)
    save_weights(model, path)
    load_weights(other, path)
    assert identical(model, other)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DamagedCheckpointError, match=r"w\.safetensors"):
        load_weights(other, path)


def test_weights_of_a_checkpoint_are_those_of_its_best_epoch(tmp_path):
    model, history = train(str(tmp_path))
    again = TwoSenses(seed=5)
    load_weights(again, tmp_path)
    assert history.best_epoch is not None
    assert identical(model, again)


def test_nothing_is_pickled(stopped):
    assert sorted(p.suffix for p in stopped.iterdir()) == [".json", ".lock", ".safetensors"]
    json.loads((stopped / checkpoints.INDEX).read_text())
    safetensors.torch.load_file(tensors_of(stopped))
