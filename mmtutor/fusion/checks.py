"""What ⊕ refuses: bad input, in the words of the caller's problem.

Every check says which modality, what came, and what was expected. None of them looks at the
contents of a feature; the two that look at masks are skipped while a program is being compiled
or exported, where data are not there yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from mmtutor.arguments import whole_number
from mmtutor.names import check_name, listed, unknown


def check_widths(dims: Mapping[str, int], out_dim: int) -> None:
    """Refuse no modality, a width that is no whole number ≥ 1, a name that cannot be used."""
    check_mapping("dims", dims, "{name: width}")
    if not dims:
        raise ValueError("fusion needs at least one modality, dims is empty")
    for name, width in {**dims, "out_dim": out_dim}.items():
        whole_number(f"the width of {name!r}", width, least=1)
    for name in dims:
        check_modality(name)


def check_modality(name: object) -> None:
    """Refuse a name that a ``ModuleDict`` cannot hold."""
    # The name becomes part of parameter names, where a dot has a meaning of its own.
    if not isinstance(name, str) or not name or "." in name or hasattr(nn.ModuleDict, name):
        raise ValueError(f"{name!r} cannot name a modality; use a word such as 'image'")


def check_same_classes(dims: Mapping[str, int], out_dim: int) -> None:
    """Refuse decisions over unequal numbers of classes."""
    for name, width in dims.items():
        if width != out_dim:
            raise ValueError(
                f"model-level fusion joins decisions over the same {out_dim} classes, "
                f"the model for {name!r} has {width}"
            )


def check_equal_widths(operator: str, dims: Mapping[str, int], out_dim: int) -> None:
    """Refuse a width that is not the width of ``h``, for operators without projections."""
    for name, width in dims.items():
        if width != out_dim:
            raise ValueError(
                f"{operator} needs every modality at the width of h, which is {out_dim}; "
                f"{name!r} has {width}"
            )


def check_heads(heads: int, width: int) -> None:
    """Refuse a number of heads that does not divide the width evenly."""
    if not isinstance(heads, int) or heads < 1 or width % heads:
        raise ValueError(f"heads share the width evenly: {heads!r} does not divide {width}")


def check_mapping(what: str, value: object, form: str) -> None:
    """Refuse what is no mapping by name."""
    # dict first: to ask whether it is a Mapping takes longer, and every batch is asked.
    if not isinstance(value, (dict, Mapping)):
        raise TypeError(f"{what} must be a dictionary {form}, got {type(value).__name__}")


def check_vectors(features: Mapping[str, Any], dims: Mapping[str, int]) -> dict[str, Tensor]:
    """Return the features given, in the order of ``dims``, each ``(B, d_m)``."""
    check_mapping("features", features, "{name: tensor}")
    given: dict[str, Tensor] = {}
    batch, unequal = None, False
    # One pass that reads each shape once: that is what the checks cost.
    for name, width in dims.items():
        if name not in features:
            continue
        value = given[name] = features[name]
        shape = value.shape if isinstance(value, Tensor) else ()
        if len(shape) != 2 or shape[1] != width:
            _refuse_vector(name, value, width)
        if not value.is_floating_point() or value.layout is not torch.strided:
            _refuse_numbers(name, value)
        if batch is None:
            batch = shape[0]
        elif shape[0] != batch:
            unequal = True
    if len(given) < len(features) or not given:
        _refuse_names(features, dims)
    if unequal:
        _refuse_batch(given, [value.shape[0] for value in given.values()])
    return given


def _refuse_vector(name: str, value: object, width: int) -> NoReturn:
    tokens = value[0] if isinstance(value, tuple | list) and value else value
    if tokens is not value or (isinstance(value, Tensor) and value.dim() == 3):
        raise ValueError(
            f"features of {name!r} must have shape (batch, {width}), got a sequence "
            f"{_shape(tokens)}: this operator reads one vector a modality. Pool the tokens "
            "first, for example by their mean, or use an operator that reads tokens, such as "
            "'cross_attention' or 'joint_attention'"
        )
    _check_tensor(name, value)
    raise ValueError(f"features of {name!r} must have shape (batch, {width}), got {_shape(value)}")


def check_tokens(
    features: Mapping[str, Any], dims: Mapping[str, int]
) -> dict[str, tuple[Tensor, Tensor | None]]:
    """Return ``(tokens (B, T_m, d_m), padding_mask (B, T_m) or None)`` of what is given."""
    check_mapping("features", features, "{name: tensor}")
    known = {name: features[name] for name in dims if name in features}
    if len(known) < len(features) or not known:
        _refuse_names(features, dims)
    given = {}
    for name, value in known.items():
        pair = isinstance(value, tuple | list)
        if pair and len(value) != 2:
            raise ValueError(
                f"features of {name!r} must be a tensor or the pair (tokens, padding_mask), "
                f"got {len(value)} things"
            )
        tokens, padding_mask = value if pair else (value, None)
        _check_tensor(name, tokens)
        if tokens.dim() == 2 and padding_mask is None:
            tokens = tokens[:, None]  # (B, d_m) -> (B, 1, d_m): a vector is one token
        if tokens.dim() != 3 or tokens.shape[2] != dims[name] or tokens.shape[1] == 0:
            raise ValueError(
                f"features of {name!r} must have shape (batch, tokens, {dims[name]}) with at least "
                f"one token, or (batch, {dims[name]}), got {_shape(tokens)}"
            )
        if not tokens.is_floating_point() or tokens.layout is not torch.strided:
            _refuse_numbers(name, tokens)
        if padding_mask is not None:
            _check_flags(
                f"the padding_mask of {name!r}, True where a token is padding,", padding_mask
            )
            if padding_mask.shape != tokens.shape[:2]:
                raise ValueError(
                    f"the padding_mask of {name!r} must have one flag a token, shape "
                    f"{_shape(tokens, 2)}, got {_shape(padding_mask)}"
                )
        given[name] = tokens, padding_mask
    # Not a set of sizes: while a program is exported they are symbols, which cannot be hashed.
    sizes = [tokens.shape[0] for tokens, _ in given.values()]
    if any(size != sizes[0] for size in sizes):
        _refuse_batch(given, sizes)
    return given


def check_weights(operator: nn.Module, given: Mapping[str, Tensor]) -> None:
    """Refuse features of another type than the operator's weights."""
    some = next(operator.parameters(), None)
    if some is None:
        return
    for name, value in given.items():
        if value.dtype != some.dtype:
            raise TypeError(
                f"features of {name!r} are {value.dtype}, the weights of {type(operator).__name__} "
                f"{some.dtype}: convert one of them, for example features.to({some.dtype})"
            )


def check_present(
    present: Mapping[str, Tensor], dims: Mapping[str, int], given: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Return the flags of those modalities that are given, each ``(B,)`` boolean."""
    some = next(iter(given.values()))
    batch, columns = some.shape[0], {}
    for name, flags in present.items():
        check_name("modality", name, dims, KeyError)
        _check_flags(f"present[{name!r}]", flags)
        if flags.dim() != 1 or flags.shape[0] != batch:
            raise ValueError(
                f"present[{name!r}] must have shape ({batch},), one flag a sample, "
                f"got {_shape(flags)}"
            )
        if name in given:
            columns[name] = flags.to(some.device)
        elif not torch.compiler.is_compiling() and flags.any():
            raise ValueError(
                f"present says that {name!r} is there, but the batch holds no {name!r}"
            )
    return columns


def check_nobody_is_empty(mask: Tensor) -> None:
    """Refuse a sample that has nothing at all. ``mask``: ``(B, M)``, who has what."""
    if not torch.compiler.is_compiling() and not mask.any(dim=1).all():
        empty = (~mask.any(dim=1)).nonzero().flatten().tolist()
        shown = ", ".join(map(str, empty[:5])) + (", …" if len(empty) > 5 else "")
        raise ValueError(
            f"every modality is absent for sample(s) {shown} of the batch: there is nothing to fuse"
        )


def _refuse_names(features: Mapping[str, Any], dims: Mapping[str, int]) -> NoReturn:
    for name in features:
        if name not in dims:
            raise KeyError(unknown("modality", name, dims))
    raise ValueError(f"no modality in the batch, expected some of {listed(dims)}")


def _check_tensor(name: str, value: object) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"features of {name!r} must be a tensor, got {type(value).__name__}")


def _refuse_numbers(name: str, value: Tensor) -> NoReturn:
    if not value.is_floating_point():
        raise TypeError(
            f"features of {name!r} must be floating-point numbers, got {value.dtype}: "
            "encode ids and labels first, convert counts by .float()"
        )
    raise TypeError(f"features of {name!r} must be dense, got {value.layout}: use .to_dense()")


def _check_flags(what: str, flags: object) -> None:
    if not isinstance(flags, Tensor) or flags.dtype != torch.bool:
        came = flags.dtype if isinstance(flags, Tensor) else type(flags).__name__
        raise TypeError(f"{what} must be boolean, got {came}")


def _refuse_batch(names: Iterable[str], sizes: Sequence[int]) -> NoReturn:
    each = ", ".join(f"{name!r} has {n}" for name, n in zip(names, sizes, strict=True))
    raise ValueError(f"the modalities must hold the same number of samples: {each}")


def _shape(value: object, axes: int | None = None) -> str:
    return str(tuple(value.shape[:axes])) if isinstance(value, Tensor) else type(value).__name__
