"""Where encoders and ⊕ meet: one file a kind of model."""

from mmtutor.models.aligned import Aligned
from mmtutor.models.branched import Branched
from mmtutor.models.captioner import Captioner
from mmtutor.models.decoder import Decoder
from mmtutor.models.events import event_frames, event_model
from mmtutor.models.lstm_decoder import LSTMDecoder
from mmtutor.models.multimodal import Ensemble, MultimodalModel
from mmtutor.models.rounding import read_rounded, round_rows, rounded, write_rounded
from mmtutor.models.saying import Said, beam, greedy, sample
from mmtutor.models.separation import Separator
from mmtutor.models.side_by_side import SideBySide
from mmtutor.models.synchrony import Synchrony, scene_model
from mmtutor.models.transformer_decoder import TransformerDecoder
from mmtutor.models.vision_language import FORMS, VisionLanguage, tiny_vlm

__all__ = [
    "FORMS",
    "Aligned",
    "Branched",
    "Captioner",
    "Decoder",
    "Ensemble",
    "LSTMDecoder",
    "MultimodalModel",
    "Said",
    "Separator",
    "SideBySide",
    "Synchrony",
    "TransformerDecoder",
    "VisionLanguage",
    "beam",
    "event_frames",
    "event_model",
    "greedy",
    "read_rounded",
    "round_rows",
    "rounded",
    "sample",
    "scene_model",
    "tiny_vlm",
    "write_rounded",
]
