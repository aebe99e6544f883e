"""Live figures: they react in Jupyter, in Colab, and in a page without a kernel."""

from __future__ import annotations

from mmtutor.figures.live.adapted_clouds.figure import AdaptedClouds
from mmtutor.figures.live.ask_picture.figure import AskPicture
from mmtutor.figures.live.attention_weights.figure import AttentionWeights
from mmtutor.figures.live.belief.figure import Belief
from mmtutor.figures.live.caption_steps.figure import CaptionSteps
from mmtutor.figures.live.concepts.figure import Concepts
from mmtutor.figures.live.damaged_senses.figure import DamagedSenses
from mmtutor.figures.live.decision_surface.figure import DecisionSurface
from mmtutor.figures.live.draw_and_say.figure import DrawAndSay
from mmtutor.figures.live.feature_maps.figure import FeatureMaps
from mmtutor.figures.live.find_emoji.figure import FindEmoji
from mmtutor.figures.live.find_sheep.figure import FindSheep
from mmtutor.figures.live.fusion_gain.figure import FusionGain
from mmtutor.figures.live.fusion_plane.figure import FusionPlane
from mmtutor.figures.live.label_shift.figure import LabelShift
from mmtutor.figures.live.level_map.figure import LevelMap
from mmtutor.figures.live.operator_costs.figure import OperatorCosts
from mmtutor.figures.live.prediction.figure import Prediction
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.sarcasm.figure import Sarcasm
from mmtutor.figures.live.shape_flow.figure import ShapeFlow
from mmtutor.figures.live.silent_bugs.figure import SilentBugs
from mmtutor.figures.live.similarity_matrix.figure import SimilarityMatrix
from mmtutor.figures.live.spoken.figure import Spoken
from mmtutor.figures.live.threshold.figure import Threshold
from mmtutor.figures.live.tool_finder.figure import ToolFinder
from mmtutor.figures.live.track_record.figure import TrackRecord
from mmtutor.figures.live.training_budget.figure import TrainingBudget
from mmtutor.figures.live.who_sounds.figure import WhoSounds
from mmtutor.figures.live.window_length.figure import WindowLength

__all__ = [
    "AdaptedClouds",
    "AskPicture",
    "AttentionWeights",
    "Belief",
    "CaptionSteps",
    "Concepts",
    "DamagedSenses",
    "DecisionSurface",
    "DrawAndSay",
    "FeatureMaps",
    "FindEmoji",
    "FindSheep",
    "FusionGain",
    "FusionPlane",
    "LabelShift",
    "LevelMap",
    "LiveFigure",
    "OperatorCosts",
    "Prediction",
    "Sarcasm",
    "ShapeFlow",
    "SilentBugs",
    "SimilarityMatrix",
    "Spoken",
    "Threshold",
    "ToolFinder",
    "TrackRecord",
    "TrainingBudget",
    "WhoSounds",
    "WindowLength",
    "javascript",
]
