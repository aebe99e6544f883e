"""Several processes of one training without the seconds that ``torchrun`` takes to import PyTorch.

They are forked from a server that has imported it, and find in their environment what torchrun
would have put there.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _one(
    rank: int, count: int, port: int, answers: Any, done: Any, run: Callable, words: tuple
) -> None:
    names = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count}
    names |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "TORCHELASTIC_RUN_ID": "test"}
    if count > 1:
        os.environ.update({name: str(value) for name, value in names.items()})
    try:
        answer = run(*words)
    except BaseException as error:
        answer = (type(error).__name__, str(error))
        if os.environ.get("SHOW"):
            traceback.print_exc()
    answers.put((rank, answer))
    done.wait(60)  # rank 0 keeps the meeting point, which the others may still need


def _start(count: int, run: Callable, words: tuple) -> tuple[list, Any, Any]:
    """The processes, where they put their answers, and what they wait for at the end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.training.parallel_problems"])
    answers, done, port = context.Queue(), context.Event(), free_port()
    started = [
        context.Process(target=_one, args=(rank, count, port, answers, done, run, words))
        for rank in range(count)
    ]
    for process in started:
        process.start()
    return started, answers, done


def run_in(count: int, run: Callable, *words: Any, wait: float = 120) -> list[Any]:
    """What ``run(*words)`` returns, or raises, in each of so many processes."""
    started, answers, done = _start(count, run, words)
    try:
        found = dict(answers.get(timeout=wait) for _ in started)
    finally:
        done.set()
        for process in started:
            process.join(timeout=5)
            process.kill()
    return [found[rank] for rank in range(count)]


def kill_in(
    count: int, run: Callable, *words: Any, until: Callable[[], bool], after: float
) -> bool:
    """Start as ``run_in`` does, and kill all some seconds after ``until``: did they still run?"""
    started, answers, _ = _start(count, run, words)
    deadline = time.monotonic() + 120
    while not until() and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(after)
    running = answers.empty()
    for process in started:
        process.kill()
        process.join()
    return running
