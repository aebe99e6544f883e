"""A model in parts, and a training that goes on with another number of processes."""

from __future__ import annotations

import random
import shutil

import pytest
import safetensors.torch
import torch
from torch import nn

from mmtutor import distributed
from mmtutor.training import fit
from tests.training import parallel_problems as problems
from tests.training.problems import Clouds, TwoSenses
from tests.training.processes import kill_in, run_in


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Weights and history of one process that nobody stops."""
    out = tmp_path_factory.mktemp("whole")
    [facts] = run_in(1, problems.trained, "ddp", str(out))
    return safetensors.torch.load_file(out / "weights.safetensors"), facts["rows"]


def agrees(out, rows, whole) -> None:
    weights = safetensors.torch.load_file(out / "weights.safetensors")
    for name, value in whole[0].items():
        torch.testing.assert_close(weights[name], value, atol=1e-5, rtol=1e-4)
    for row, expected in zip(rows, whole[1], strict=True):
        for name in expected.keys() - {"seconds"}:
            assert row[name] == pytest.approx(expected[name], rel=1e-4), name


def test_a_model_in_parts_learns_what_a_whole_one_does(tmp_path, whole):
    """Accumulation, clipping, the best weights, norms of encoders: all of sharded numbers."""
    answers = run_in(2, problems.trained, "fsdp", str(tmp_path))
    agrees(tmp_path, answers[0]["rows"], whole)
    # 107 numbers; the head's 3 rows of 9 are shared out as 2 and 1.
    assert [answer["held"] for answer in answers] == [pytest.approx(n / 107) for n in (58, 49)]


@pytest.mark.parametrize(
    ("first", "then"),
    [((2, "ddp"), (1, "ddp")), ((1, "ddp"), (3, "fsdp")), ((2, "fsdp"), (1, "ddp"))],
)
def test_another_number_of_processes_goes_on(tmp_path, whole, first, then):
    """Stopped in the middle of an epoch: the mean loss of that epoch is of all its samples."""
    stopped = run_in(first[0], problems.trained, first[1], str(tmp_path), 11)
    assert [name for name, _ in stopped] == ["InterruptedError"] * first[0]
    answers = run_in(then[0], problems.trained, then[1], str(tmp_path), None, True)
    assert all(isinstance(answer, dict) for answer in answers), answers
    agrees(tmp_path, answers[0]["rows"], whole)


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("count", [1, 2])
def test_killed_at_random_moments_it_ends_with_the_same_weights(tmp_path, whole, count, kills):
    """SIGKILL to all processes at once, as when the machine goes down. One: the same bits.

    ``benchmarks/kill.py`` does so to twenty trainings with dropout.
    """
    moments, survived = random.Random(count), 0
    while survived < kills:
        out = tmp_path / str(survived)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        ran = kill_in(
            count, problems.trained, "ddp", str(out), None, False, 0.01,
            until=(out / "run/checkpoint.json").exists, after=moments.uniform(0, 0.25),
        )  # fmt: skip
        if not ran:
            continue  # it was faster than the executioner
        answers = run_in(count, problems.trained, "ddp", str(out), None, True)
        assert all(isinstance(answer, dict) for answer in answers), answers
        agrees(out, answers[0]["rows"], whole)
        if count == 1:
            weights = safetensors.torch.load_file(out / "weights.safetensors")
            assert all(torch.equal(weights[name], value) for name, value in whole[0].items())
        survived += 1


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("model", "parameter head.weight is [3, 8, 'torch.float32'] in"),
        ("data", "data is"),
        ("arguments", "epochs is 2 in process 0 and 3"),
    ],
)
def test_processes_that_disagree_say_so(what, words):
    for name, message in run_in(2, problems.disagreeing, what):
        assert name == "ValueError"
        assert "the processes do not agree on what to train" in message
        assert words in message


def test_a_busy_port_is_named():
    [(name, message)] = run_in(1, problems.meet_at_a_busy_port, wait=60)
    assert name == "OSError"
    assert "is in use by another program" in message


def test_a_backend_that_is_not_there(monkeypatch):
    with pytest.raises(ValueError, match="did you mean 'nccl'"):
        distributed.init_process_group(backend="ncl")
    monkeypatch.setitem(distributed.BACKENDS, "nccl", lambda: False)
    with pytest.raises(ValueError, match="built without the backend 'nccl'; there is 'gloo'"):
        distributed.init_process_group(backend="nccl")


def test_out_of_memory_says_what_to_lower():
    class Full(TwoSenses):
        def forward(self, inputs):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nMore.")

    with pytest.raises(torch.OutOfMemoryError, match="accumulate") as raised:
        fit(Full(), Clouds(), batch_size=64, progress=False)
    assert "batch_size (now 64)" in str(raised.value)
    assert "Tried to allocate 2 GiB" in str(raised.value)
    assert "More" not in str(raised.value)


def test_one_process_holds_the_whole():
    model = TwoSenses()
    fit(model, Clouds(), epochs=1, parallel="fsdp", progress=False)
    assert all(type(p) is nn.Parameter for p in model.parameters())
