"""Live figures: they react in Jupyter, in Colab, and in a page without a kernel."""

from __future__ import annotations

from mmtutor.figures.live.adapted_clouds import AdaptedClouds
from mmtutor.figures.live.ask_picture import AskPicture
from mmtutor.figures.live.attention_weights import AttentionWeights
from mmtutor.figures.live.belief import Belief
from mmtutor.figures.live.caption_steps import CaptionSteps
from mmtutor.figures.live.concepts import Concepts
from mmtutor.figures.live.damaged_senses import DamagedSenses
from mmtutor.figures.live.decision_surface import DecisionSurface
from mmtutor.figures.live.draw_and_say import DrawAndSay
from mmtutor.figures.live.feature_maps import FeatureMaps
from mmtutor.figures.live.find_emoji import FindEmoji
from mmtutor.figures.live.find_sheep import FindSheep
from mmtutor.figures.live.fusion_gain import FusionGain
from mmtutor.figures.live.fusion_plane import FusionPlane
from mmtutor.figures.live.label_shift import LabelShift
from mmtutor.figures.live.level_map import LevelMap
from mmtutor.figures.live.operator_costs import OperatorCosts
from mmtutor.figures.live.prediction import Prediction
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.figures.live.sarcasm import Sarcasm
from mmtutor.figures.live.shape_flow import ShapeFlow
from mmtutor.figures.live.silent_bugs import SilentBugs
from mmtutor.figures.live.similarity_matrix import SimilarityMatrix
from mmtutor.figures.live.spoken import Spoken
from mmtutor.figures.live.threshold import Threshold
from mmtutor.figures.live.tool_finder import ToolFinder
from mmtutor.figures.live.track_record import TrackRecord
from mmtutor.figures.live.training_budget import TrainingBudget
from mmtutor.figures.live.who_sounds import WhoSounds
from mmtutor.figures.live.window_length import WindowLength

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
