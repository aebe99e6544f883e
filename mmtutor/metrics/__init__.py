"""Metrics, mostly torchmetrics', and how far to trust them."""

from mmtutor.metrics.calibration import calibration_error, temperature
from mmtutor.metrics.captions import chair, cider
from mmtutor.metrics.card import Card
from mmtutor.metrics.classification import (
    NAMES,
    accuracy,
    confusion_matrix,
    f1,
    precision,
    recall,
    scores,
)
from mmtutor.metrics.comparisons import holm, paired_t_test, sign_flip_test
from mmtutor.metrics.coverage import coverage
from mmtutor.metrics.evaluation import Evaluation
from mmtutor.metrics.information import MEASURES, decompose, mutual_information, redundancy
from mmtutor.metrics.interactions import emap
from mmtutor.metrics.intervals import Estimate, compare, interval, mean_interval, paired_interval
from mmtutor.metrics.leaks import Leaks, leaks
from mmtutor.metrics.localisation import average_precision, ciou, max_f1, success_auc
from mmtutor.metrics.mcnemar import mcnemar
from mmtutor.metrics.navigation import spl, success_rate
from mmtutor.metrics.neighbours import soft_neighbourhood_density
from mmtutor.metrics.retrieval import RetrievalRank, map_at_r, median_rank, ranks, recall_at
from mmtutor.metrics.sentences import bleu, exact_match
from mmtutor.metrics.sphere import alignment, modality_gap, uniformity
from mmtutor.metrics.two_way import two_way_interval

__all__ = [
    "MEASURES",
    "NAMES",
    "Card",
    "Estimate",
    "Evaluation",
    "Leaks",
    "RetrievalRank",
    "accuracy",
    "alignment",
    "average_precision",
    "bleu",
    "calibration_error",
    "chair",
    "cider",
    "ciou",
    "compare",
    "confusion_matrix",
    "coverage",
    "decompose",
    "emap",
    "exact_match",
    "f1",
    "holm",
    "interval",
    "leaks",
    "map_at_r",
    "max_f1",
    "mcnemar",
    "mean_interval",
    "median_rank",
    "modality_gap",
    "mutual_information",
    "paired_interval",
    "paired_t_test",
    "precision",
    "ranks",
    "recall",
    "recall_at",
    "redundancy",
    "scores",
    "sign_flip_test",
    "soft_neighbourhood_density",
    "spl",
    "success_auc",
    "success_rate",
    "temperature",
    "two_way_interval",
    "uniformity",
]
