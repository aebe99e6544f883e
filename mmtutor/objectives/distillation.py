"""Distillation across modalities: a model of one sense teaches a model of another."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from mmtutor.objectives.checks import check_alike, check_number, check_numbers

__all__ = ["distil"]


def distil(
    student: Tensor,
    teacher: Tensor,
    y: Tensor | None = None,
    *,
    temperature: float = 2.0,
    weight: float = 1.0,
) -> Tensor:
    r"""Learn a teacher's probabilities, softened, and the labels where there are some.

    .. math::

        L = w\,\tau^2\, \mathrm{KL}\big(\mathrm{softmax}(t/\tau)\,\|\,\mathrm{softmax}(s/\tau)\big)
            + (1 - w)\, \mathrm{CE}(s, y)

    The teacher's wrong classes carry what it knows of their likeness; a temperature
    :math:`\tau > 1` lets them be heard. :math:`\tau^2` keeps the gradient's size as
    :math:`\tau` grows. No gradient reaches the teacher. The two may see different modalities of
    the same samples.

    :param student: logits ``(B, C)``.
    :param teacher: logits ``(B, C)``.
    :param y: classes ``(B,)``; needed where ``weight`` is below 1.
    :param temperature: :math:`\tau > 0`.
    :param weight: :math:`w` in [0, 1], the teacher's share.
    :raises TypeError: no real numbers, or labels that are no whole ones.
    :raises ValueError: shapes or numbers that do not fit, or labels missing or out of range.

    Source: Hinton et al. 2015, https://arxiv.org/abs/1503.02531; across modalities: Gupta et al.
    2016, https://arxiv.org/abs/1507.00448
    """
    check_alike("student", student, "teacher", teacher, "(B, C)")
    check_number("temperature", temperature, low=0)
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must be in [0, 1], got {weight}")
    if y is not None:
        check_numbers("y", y, student.shape[:1], below=student.shape[1])
    elif weight < 1:
        raise ValueError(f"with weight={weight} the labels count too: give y")
    soft = kl_div(
        log_softmax(student / temperature, dim=1),
        log_softmax(teacher.detach() / temperature, dim=1),
        reduction="batchmean",
        log_target=True,
    )
    loss = weight * temperature**2 * soft
    if weight == 1 or y is None:
        return loss
    return loss + (1 - weight) * cross_entropy(student, y.long())
