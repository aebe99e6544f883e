"""Where encoders and ⊕ meet: one file a kind of model."""

from mmtutor.models.aligned import Aligned
from mmtutor.models.branched import Branched
from mmtutor.models.captioner import Captioner
from mmtutor.models.decoder import Decoder
from mmtutor.models.lstm_decoder import LSTMDecoder
from mmtutor.models.multimodal import Ensemble, MultimodalModel
from mmtutor.models.saying import Said, beam, greedy, sample
from mmtutor.models.transformer_decoder import TransformerDecoder

__all__ = [
    "Aligned",
    "Branched",
    "Captioner",
    "Decoder",
    "Ensemble",
    "LSTMDecoder",
    "MultimodalModel",
    "Said",
    "TransformerDecoder",
    "beam",
    "greedy",
    "sample",
]
