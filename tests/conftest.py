"""What all tests share."""

from __future__ import annotations

import torch

# The suite runs in several processes; one thread each is faster than threads that wait.
torch.set_num_threads(1)
