"""On one CUDA device: the same numbers as on a CPU, training that repeats itself, NCCL.

    pytest -m gpu tests/test_gpu.py -rs

Under eight minutes. Without such a device nothing here is asked, and the run says so.
"""

from __future__ import annotations

import copy

import pytest
import torch

from mmtutor import distributed, fusion
from mmtutor.experiments.config import Config
from mmtutor.experiments.named import build
from mmtutor.training import fit
from tests.fusion.variants import subjects
from tests.training.problems import Clouds, TwoSenses
from tests.training.processes import run_in

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(
        not torch.cuda.is_available(), reason="NO CUDA DEVICE: nothing of the GPU was checked"
    ),
]
SUBJECTS = subjects()


def both_ways(op, x, *, dtype=None, compiled=False):
    """``h`` and the gradients of a copy of the operator, where ``x`` is."""
    op = copy.deepcopy(op).to(next(iter(x.values())).device)
    leaves = {m: v.detach().requires_grad_() for m, v in x.items()}
    call = torch.compile(op) if compiled else op
    with torch.autocast(leaves["a"].device.type, dtype, enabled=dtype is not None):
        h = call(leaves)
    h.float().square().mean().backward()
    return [t.detach().float().cpu() for t in (h, *(v.grad for v in leaves.values()))]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
@pytest.mark.parametrize("name", SUBJECTS)
def test_an_operator_is_what_it_is_on_a_cpu(name, dtype, compiled):
    subject = SUBJECTS[name]
    torch.manual_seed(0)
    dims = dict.fromkeys("abc", 16)
    op = fusion.make(subject.operator.name, dims, 16, **subject.options).eval()
    x = {m: torch.randn(32, 16) for m in dims}
    here = both_ways(op, x)
    there = both_ways(op, {m: v.cuda() for m, v in x.items()}, dtype=dtype, compiled=compiled)
    tolerance = 1e-4 if dtype is None else 5e-2
    for a, b in zip(here, there, strict=True):
        torch.testing.assert_close(b, a, rtol=tolerance, atol=tolerance * float(a.abs().max()))


def test_a_training_repeats_itself_and_comes_near_the_cpus():
    found = []
    for device in ("cuda", "cuda", "cpu"):
        model = TwoSenses(dropout=0.0)
        fit(model, Clouds(), epochs=4, batch_size=32, device=device, progress=False)
        found.append(torch.cat([p.detach().cpu().flatten() for p in model.parameters()]))
    assert torch.equal(found[0], found[1])
    torch.testing.assert_close(found[0], found[2], atol=1e-3, rtol=1e-2)


@pytest.mark.parametrize(
    ("experiment", "column", "least"),
    [("av-digits", "valid_accuracy", 0.8), ("emoji-pairs", "valid_recall@10", 0.2)],
)
def test_the_books_experiments_learn_there(experiment, column, least):
    config = Config.of({"experiment": experiment, "epochs": 5}, "options")
    built = build(config)
    history = fit(
        built.model, built.train, built.valid, epochs=config.epochs, loss=built.loss,
        metrics=built.metrics, batch_size=config.batch_size, lr=config.lr, device="cuda",
        progress=False,
    )  # fmt: skip
    assert max(history[column]) > least


def nccl_alone():
    import os

    os.environ.update({"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1"})
    os.environ.update({"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29517"})
    os.environ["TORCHELASTIC_RUN_ID"] = "test"
    distributed.init_process_group(backend="nccl")
    model = TwoSenses(dropout=0.0)
    fit(model, Clouds(), epochs=2, batch_size=32, progress=False)
    return torch.distributed.get_backend(), float(next(model.parameters()).sum())


def test_nccl_with_one_process():
    [(backend, total)] = run_in(1, nccl_alone)
    model = TwoSenses(dropout=0.0)
    fit(model, Clouds(), epochs=2, batch_size=32, device="cpu", progress=False)
    assert backend == "nccl"
    assert total == pytest.approx(float(next(model.parameters()).sum()), abs=1e-3)
