"""How the commands behind ``make`` read what they are given, and refuse it."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Command(argparse.ArgumentParser):
    """Refuses in one sentence: a usage would list options that only ``make`` writes."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and the sentence."""
        self.exit(2, f"{self.prog}: {message}\n")

    def port(self, text: str, usual: int) -> int:
        """Read ``PORT=…``; nothing means the usual one."""
        if not text:
            return usual
        if not (text.isdecimal() and int(text) < 2**16):
            self.error(f"PORT={text} is no port; a number from 0 (any free one) to 65535 is")
        return int(text)
