"""Where encoders and ⊕ meet: one file a kind of model."""

from mmtutor.models.aligned import Aligned
from mmtutor.models.branched import Branched
from mmtutor.models.multimodal import Ensemble, MultimodalModel

__all__ = ["Aligned", "Branched", "Ensemble", "MultimodalModel"]
