"""Kill a training at random moments, resume it each time, and compare the weights bit for bit.

    python benchmarks/kill.py --kills 20

A training of a small model with dropout is started in a process of its own, killed after a random
time (SIGKILL, as by ``kill -9``), and resumed from its checkpoint. Exit status 1 if any weight
differs from those of a training that nobody killed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import torch
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from mmtutor.training import load_weights  # noqa: E402
from mmtutor.training.checkpoints import INDEX  # noqa: E402
from tests.training.problems import TwoSenses, train, train_and_write  # noqa: E402


def killed_once(spawn: multiprocessing.context.BaseContext, after: float, folder: Path) -> bool:
    """Kill a training ``after`` seconds behind its first checkpoint; say if it still ran."""
    run, out = folder / "run", folder / "weights.safetensors"
    process = spawn.Process(target=train_and_write, args=(str(run), False, str(out)))
    process.start()
    while not (run / INDEX).exists() and process.is_alive():
        time.sleep(0.001)
    time.sleep(after)
    was_running = process.is_alive()
    if was_running:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    if was_running:
        again = spawn.Process(target=train_and_write, args=(str(run), True, str(out)))
        again.start()
        again.join()
    return was_running


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    chosen = parser.parse_args()
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["mmtutor.training", "tests.training.problems"])
    start = time.perf_counter()
    whole, _ = train()
    span = time.perf_counter() - start
    moments = random.Random(chosen.seed)
    kills = same = 0
    with tqdm(total=chosen.kills, unit="kill", disable=None) as bar:
        while kills < chosen.kills:
            with tempfile.TemporaryDirectory() as name:
                if not killed_once(spawn, moments.uniform(0, span), Path(name)):
                    continue  # it was faster than the executioner
                again = TwoSenses()
                load_weights(again, Path(name) / "weights.safetensors")
            pairs = zip(whole.parameters(), again.parameters(), strict=True)
            same += all(torch.equal(a, b) for a, b in pairs)
            kills += 1
            bar.update()
    print(f"{kills} trainings killed and resumed, {same} of them with bit-identical weights")
    return 0 if same == kills else 1


if __name__ == "__main__":
    sys.exit(main())
