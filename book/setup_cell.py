"""Get mmtutor, this notebook's package. Does nothing where it is installed."""

import subprocess
import sys
from importlib import invalidate_caches, util

SOURCE = ""  # a published book fills in the address of its own copy

if not getattr(util.find_spec("mmtutor"), "origin", None):
    if not SOURCE:
        raise ModuleNotFoundError("No mmtutor. In the book's folder: make lab")
    print("Installing mmtutor, about a minute …")
    pip = [sys.executable, "-m", "pip", "--no-color", "install", "--quiet"]
    done = subprocess.run([*pip, SOURCE], capture_output=True, text=True)
    if done.returncode:
        why = f"pip failed. Are you online? It says:\n{done.stderr}"
        raise ModuleNotFoundError(f"No mmtutor: {why}")
    invalidate_caches()
