"""Training and evaluation: one loop, short enough to read."""

from mmtutor.training.adaptation import adapt
from mmtutor.training.arguments import SCHEDULES, Callback
from mmtutor.training.checkpoints import DamagedCheckpointError, load_weights, save_weights
from mmtutor.training.evaluation import evaluate
from mmtutor.training.loop import fit
from mmtutor.training.noise_scale import noise_scale
from mmtutor.training.profile import Profile

__all__ = [
    "SCHEDULES",
    "Callback",
    "DamagedCheckpointError",
    "Profile",
    "adapt",
    "evaluate",
    "fit",
    "load_weights",
    "noise_scale",
    "save_weights",
]
