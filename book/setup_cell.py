"""Get mmtutor, the package this notebook runs on. Where it is installed, this does nothing."""

import importlib.util
import subprocess
import sys

SOURCE = ""  # a published book fills in the address of its own copy

if importlib.util.find_spec("mmtutor") is None:
    if not SOURCE:
        raise ModuleNotFoundError("mmtutor is missing: run `make lab` in the book's folder.")
    print("Installing mmtutor, about a minute …")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", SOURCE]
    if subprocess.run(pip).returncode:
        raise ModuleNotFoundError("mmtutor could not be installed. Is there a network?")
    importlib.invalidate_caches()
