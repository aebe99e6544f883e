"""One query to drag, three modalities, a temperature: who is listened to, and how much?"""

from mmtutor.figures.live.attention_weights.figure import AttentionWeights

__all__ = ["AttentionWeights"]
