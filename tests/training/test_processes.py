"""One training in one and in three processes: the same weights, the same numbers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch

from mmtutor.training import fit
from tests.training.problems import Clouds, TwoSenses, compared
from tests.training.processes import run_in

ROOT = Path(__file__).parents[2]


def command(count: int, *words: str) -> list[str]:
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    return [*start, f"--nproc-per-node={count}", *words]


def surroundings() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Weights and facts by number of processes. 200 samples in batches of 32: 7 · 32 ≠ 200."""
    found = {}
    for count in (1, 3):
        out = tmp_path_factory.mktemp(f"with-{count}")
        printed = run_in(count, compared, str(out))
        found[count] = (
            {path.stem: safetensors.torch.load_file(path) for path in out.glob("*.safetensors")},
            json.loads((out / "facts.json").read_text()) | {"printed": printed},
        )
    return found


@pytest.mark.parametrize("name", ["supervised", "nce", "nce-alone", "sig", "sig-alone"])
def test_the_weights_are_those_of_one_process(results, name):
    """Contrastive losses too: they compare samples across processes, with gradient."""
    one, many = results[1][0][name], results[3][0][name]
    for key, value in one.items():
        torch.testing.assert_close(many[key], value, atol=1e-5, rtol=1e-4)


def test_what_is_measured_is_the_same(results):
    """101 samples to judge: no number of processes but one divides it."""
    one, many = results[1][1], results[3][1]
    assert many["confusion"] == one["confusion"]
    assert sum(map(sum, many["confusion"])) == 101
    assert many["accuracy"] == one["accuracy"]
    for a, b in zip(one["rows"], many["rows"], strict=True):
        assert a.keys() == b.keys()
        for name in a.keys() - {"seconds"}:
            assert b[name] == pytest.approx(a[name], rel=1e-4), name


def test_retrieval_is_judged_among_all_samples(results):
    """Who is the nearest of 101 is no mean over processes: their vectors must be put together."""
    for name, rows in results[1][1]["pairs"].items():
        for a, b in zip(rows, results[3][1]["pairs"][name], strict=True):
            for k in (1, 10):
                # One sample may change sides by rounding.
                assert b[f"valid_at {k}"] == pytest.approx(a[f"valid_at {k}"], abs=1.01 / 101), name


@pytest.mark.parametrize("count", [1, 3])
def test_only_the_first_process_prints(results, count):
    first, *others = results[count][1]["printed"]
    assert [line.split(":")[0] for line in first.splitlines()] == [
        f"epoch {k}/6" for k in range(1, 7)
    ]
    assert others == [""] * (count - 1)


def test_ctrl_c_stops_all_processes_at_the_same_step(tmp_path):
    """A terminal gives Ctrl-C to every process, and torchrun gives it to its own once more."""
    script = tmp_path / "slow.py"
    script.write_text(
        "from mmtutor.training import fit\n"
        "from tests.training.parallel_problems import Slow\n"
        "from tests.training.problems import Clouds, TwoSenses\n"
        f"fit(TwoSenses(), Clouds(), epochs=10_000, checkpoint={str(tmp_path / 'run')!r},\n"
        "    callbacks=[Slow(0.01)], progress=False)\n"
    )
    with subprocess.Popen(
        command(2, str(script)), stderr=subprocess.PIPE, text=True, cwd=ROOT, env=surroundings(),
        start_new_session=True,
    ) as running:  # fmt: skip
        index = tmp_path / "run" / "checkpoint.json"
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and running.poll() is None:
            if index.exists() and json.loads(index.read_text())["progress"]["epoch"] > 0:
                break
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=120)
    assert told.count("and saved; go on with fit(…, resume=") >= 1
    where = json.loads(index.read_text())["progress"]
    assert f"stopped after epoch {where['epoch'] + 1}, step {where['step']}" in told


def test_a_dead_process_ends_the_training_with_a_clear_error(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(
        "import os\n"
        "from mmtutor.training import Callback, fit\n"
        "from mmtutor import distributed\n"
        "from tests.training.problems import Clouds, TwoSenses\n"
        "class Dies(Callback):\n"
        "    def after_epoch(self, model, row):\n"
        "        if distributed.rank() == 1:\n"
        "            os._exit(7)\n"
        "fit(TwoSenses(), Clouds(), epochs=50, callbacks=[Dies()], progress=False)\n"
    )
    # torchrun ends the others as soon as it looks; it may not look before the one that waits spoke.
    with subprocess.Popen(
        command(2, "--monitor-interval=600", str(script)), stderr=subprocess.PIPE, text=True,
        cwd=ROOT, env=surroundings(),
    ) as running:  # fmt: skip
        overdue = threading.Timer(150, running.terminate)  # with it torchrun ends its processes
        overdue.start()
        told = []
        for line in running.stderr:
            told.append(line)
            if "RuntimeError: process 0 of 2" in line:
                break
        overdue.cancel()
        running.terminate()
    assert "another process has ended or does not answer (rank 1)" in "".join(told)


def shared_batches() -> list[str]:
    """What two processes are told that get a list of batches, or a last batch of one sample."""
    told = []
    for train in ([Clouds().batch(torch.arange(9))], Clouds(65)):
        with pytest.raises((TypeError, ValueError)) as refused:
            fit(TwoSenses(), train, batch_size=32, progress=False)
        told.append(str(refused.value))
    return told


def test_a_list_of_batches_cannot_be_shared():
    for a_list, a_small_one in run_in(2, shared_batches):
        assert "with several processes train must be a data set with .batch(index)" in a_list
        assert "the last batch of train holds 1 samples, too few for 2 processes" in a_small_one
