"""Get mmtutor, this notebook's package. Does nothing where it is installed."""

import importlib.util
import subprocess
import sys

SOURCE = ""  # a published book fills in the address of its own copy

if importlib.util.find_spec("mmtutor") is None:
    if not SOURCE:
        raise ModuleNotFoundError("No mmtutor. In the book's folder: make lab")
    print("Installing mmtutor, about a minute …")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", SOURCE]
    if subprocess.run(pip).returncode:
        raise ModuleNotFoundError("No mmtutor: pip failed. Is there a network?")
    importlib.invalidate_caches()
