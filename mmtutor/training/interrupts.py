"""Ctrl-C during a training: the step that is under way is finished first.

A weight is then never half updated, and what is saved can be continued bit for bit. A second
Ctrl-C stops at once, unless there are several processes: ``torchrun`` hands on the Ctrl-C that the
terminal has given to all of them already, and kills what does not end soon.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from mmtutor import distributed


class Interrupts:
    """Whether the person at the keyboard wants to stop."""

    def __init__(self) -> None:
        self.should_stop = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Remember the first Ctrl-C; let the second one through."""
        if self.should_stop and distributed.world_size() == 1:
            raise KeyboardInterrupt
        self.should_stop = True


@contextlib.contextmanager
def catch_interrupts() -> Iterator[Interrupts]:
    """Notice Ctrl-C instead of being broken off by it, inside the block."""
    interrupts = Interrupts()
    # Only the main thread is told of signals; elsewhere Ctrl-C means what it always does.
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = signal.signal(signal.SIGINT, interrupts.handle)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
