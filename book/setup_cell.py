"""Get mmtutor, this notebook's package. Does nothing where it is installed."""

import subprocess
import sys
from importlib import invalidate_caches, metadata, util

SOURCE = ""  # a published book fills in the address of its own copy
KEEP = ["torch", "torchvision", "numpy", "ipywidgets"]  # as they are here

if not getattr(util.find_spec("mmtutor"), "origin", None):
    if not SOURCE:
        raise ModuleNotFoundError("No mmtutor. In the book's folder: make lab")
    print("Installing mmtutor, about a minute …")
    keep = [f"{x}=={metadata.version(x)}" for x in KEEP if util.find_spec(x)]
    pip = [sys.executable, "-m", "pip", "--no-color", "install", "--quiet"]
    done = subprocess.run([*pip, SOURCE, *keep], capture_output=True, text=True)
    if done.returncode:
        why = f"pip failed. Are you online? It says:\n{done.stderr}"
        raise ModuleNotFoundError(f"No mmtutor: {why}")
    invalidate_caches()
