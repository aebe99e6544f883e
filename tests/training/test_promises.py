"""What ``fit`` promises of optimizers, order, metrics and folders, tried with what breaks it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from mmtutor.training import checkpoints, fit
from mmtutor.training.history import History
from tests.training.problems import Clouds, TwoSenses, train
from tests.training.test_resume import StopAt, identical, reseal


def test_the_callers_optimizer_has_its_rate_again():
    model = TwoSenses()
    sgd = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(2):
        fit(model, Clouds(), epochs=2, optimizer=sgd, progress=False)
        assert sgd.param_groups[0]["lr"] == 0.5


def test_only_what_the_optimizer_holds_is_clipped():
    """With the body left out, the head moves as if the body were frozen."""
    heads = []
    for freeze in (False, True):
        model = TwoSenses(dropout=0.0)
        model.encoders.requires_grad_(not freeze)
        sgd = torch.optim.SGD(model.head.parameters(), lr=0.5)
        fit(model, Clouds(), epochs=3, optimizer=sgd, clip=0.01, progress=False)
        heads.append(model.head.weight.detach())
    assert torch.equal(*heads)


def test_nan_is_never_best():
    history = History("valid_x")
    for epoch, value in enumerate([float("nan"), 0.2, 0.1, float("nan")], 1):
        history.append({"epoch": epoch, "valid_x": value})
    assert history.best_epoch == 2
    assert history.should_stop(2)
    assert not history.should_stop(3)


@pytest.mark.filterwarnings("error")
def test_numbers_of_numpy_are_numbers():
    history = fit(TwoSenses(), Clouds(), epochs=np.int64(1), seed=np.int64(3), lr=np.float32(0.01),
                  batch_size=np.int32(50), progress=False)  # fmt: skip
    assert len(history) == 1


def test_a_finished_folder_is_not_overwritten(tmp_path):
    train(str(tmp_path), epochs=1)
    before = (tmp_path / checkpoints.INDEX).read_bytes()
    with pytest.raises(FileExistsError, match="go on with resume="):
        train(str(tmp_path), epochs=1)
    assert (tmp_path / checkpoints.INDEX).read_bytes() == before


def test_one_training_a_folder(tmp_path):
    with checkpoints.lock(tmp_path), pytest.raises(BlockingIOError, match="another training"):
        train(str(tmp_path), epochs=1)


@pytest.mark.parametrize("own_generator", [False, True])
def test_a_shuffling_loader_goes_on_in_its_order(tmp_path, own_generator):
    g = torch.Generator().manual_seed(0)
    X, y = torch.randn(64, 3, generator=g), torch.arange(64) % 2

    def run(**options):
        own = torch.Generator().manual_seed(5) if own_generator else None
        loader = DataLoader(TensorDataset(X, y), batch_size=8, shuffle=True, generator=own)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 2))
        fit(model, loader, epochs=3, progress=False, **options)
        return model

    whole = run()
    with pytest.raises(InterruptedError):
        run(checkpoint=tmp_path, every=1, callbacks=[StopAt(13)])
    assert identical(run(resume=tmp_path, every=1), whole)


def test_another_order_after_resume_is_refused(tmp_path):
    data = Clouds(60)
    batches = [data.batch(torch.arange(k, k + 20)) for k in (0, 20, 40)]
    same_ends = [batches[0], batches[1], batches[2]]
    with pytest.raises(InterruptedError):
        fit(TwoSenses(), same_ends, checkpoint=tmp_path, every=1, callbacks=[StopAt(2)],
            progress=False)  # fmt: skip
    middle = data.batch(torch.arange(39, 19, -1))
    with pytest.raises(ValueError, match="another order"):
        fit(TwoSenses(), [batches[0], middle, batches[2]], resume=tmp_path, progress=False)


def test_state_of_an_optimizer_keeps_its_precision(tmp_path):
    """NAdam keeps a product in float32 beside weights in float64."""

    def run(**options):
        torch.manual_seed(0)
        model = nn.Linear(3, 2).double()
        batches = [(torch.randn(8, 3, dtype=torch.float64), torch.arange(8) % 2)] * 4
        fit(model, batches, epochs=3, optimizer=torch.optim.NAdam, progress=False, **options)
        return model

    whole = run()
    with pytest.raises(InterruptedError):
        run(checkpoint=tmp_path, callbacks=[StopAt(6)])
    assert identical(run(resume=tmp_path), whole)


@pytest.mark.parametrize("seed", range(8))
def test_any_flipped_bit_of_the_index_is_found(tmp_path, seed):
    train(str(tmp_path), epochs=1)
    path = tmp_path / checkpoints.INDEX
    data = bytearray(path.read_bytes())
    data[int(np.random.default_rng(seed).integers(len(data)))] ^= 2
    path.write_bytes(data)
    with pytest.raises((checkpoints.DamagedCheckpointError, ValueError), match=r"checkpoint\.json"):
        train(str(tmp_path), resume=True, epochs=1)


@pytest.mark.parametrize(
    "change",
    [
        {"progress": {"epoch": float("nan")}},
        {"progress": {"epoch": 1, "wicked": 1}},
        {"history": [{"epoch": "one"}]},
        {"optimizer": {"99": {"step": 1}}},
        {"optimizer": {"0": {"other": "x"}}},
    ],
)
def test_what_was_changed_and_sealed_anew_is_checked(tmp_path, change):
    train(str(tmp_path), epochs=1)
    reseal(tmp_path, **change)
    with pytest.raises(checkpoints.DamagedCheckpointError, match="damaged"):
        train(str(tmp_path), resume=True, epochs=1)
