"""Promises about ``h`` itself: its shape, who can change it, what is refused."""

from __future__ import annotations

import torch

from mmtutor.fusion.contract.problem import Problem, contents
from mmtutor.fusion.contract.promise import Broken, must_be_close, promise


@promise()
def h_has_its_shape(p: Problem) -> None:
    """``h`` is finite, of shape (B, out_dim) and of the features' type, at B = 1 too."""
    for dtype in (torch.float32, torch.float64):
        op, x = p.operator().to(dtype), p.features(dtype)
        for name, h in (
            ("a batch", op(x, p.present)),
            ("one sample", op(*p.rows(slice(0, 1), x))),
            ("a batch with nothing absent", op.train()(contents(x))),
        ):
            rows = 1 if name == "one sample" else p.batch
            if h.shape != (rows, p.out_dim):
                raise Broken(f"{name}: h has shape {tuple(h.shape)}, not {(rows, p.out_dim)}")
            if h.dtype != dtype:
                raise Broken(f"{name}: features are {dtype}, h is {h.dtype}")
            if not h.isfinite().all():
                raise Broken(f"{name}: h is not finite")


@promise()
def the_same_again(p: Problem) -> None:
    """The same input gives the same ``h``, and the input stays as it was."""
    op, x = p.operator(), p.features()
    kept = {name: value.clone() for name, value in contents(x).items()}
    for given in ((x, p.present), (contents(x), None)):
        if not torch.equal(op(*given), op(*given)):
            raise Broken("the same input gave two different h: is something drawn at random?")
    for name, value in contents(x).items():
        if not torch.equal(value, kept[name]):
            raise Broken(f"the operator wrote into the features of {name!r}")


@promise(modalities=2)
def the_order_of_the_keys_does_not_matter(p: Problem) -> None:
    """Modalities are known by name: the order of the keys in a batch is irrelevant."""
    op, x = p.operator(), p.features()
    h = op(dict(reversed(x.items())), dict(reversed(p.present.items())))
    if not torch.equal(h, op(x, p.present)):
        raise Broken("the keys of the batch in another order gave another h")


@promise()
def samples_do_not_mix(p: Problem) -> None:
    """No sample of a batch can tell who else is in it."""
    op, x = p.operator(), p.features()
    h = op(x, p.present)
    for i in range(p.batch):
        ruined = torch.arange(p.batch) == i
        junk = {
            name: value.masked_fill(ruined.view(-1, *[1] * (value.dim() - 1)), torch.nan)
            for name, value in contents(x).items()
        }
        if not torch.equal(op.eval()(p.masked(junk), p.present)[~ruined], h[~ruined]):
            raise Broken(f"NaN in sample {i} changed h of another sample")
        # While training something may be drawn at random, but NaN must still stay where it is.
        if not op.train()(p.masked(junk), p.present)[~ruined].isfinite().all():
            raise Broken(f"NaN in sample {i} reached h of another sample in training mode")
    op, x = p.operator().double(), p.features(torch.float64)
    h = op(x, p.present)
    for i in range(p.batch):
        alone = op(*p.rows(slice(i, i + 1), x))
        must_be_close(
            alone, h[i : i + 1], f"sample {i} alone gives another h than within its batch"
        )


@promise(modalities=2, ordinary=True)
def order_invariance_is_as_declared(p: Problem) -> None:
    """``h`` survives an exchange of contents if, and only if, ``order_invariant`` says so."""
    p = p.equal()
    names, op = list(p.dims), p.operator().double()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(p.seed)
        for parameter in op.parameters():  # no symmetry from the way the weights start
            parameter.normal_()
    x = contents(p.features(torch.float64))
    turned = dict(zip(names, [x[m] for m in names[1:] + names[:1]], strict=True))
    same = torch.allclose(op(x), op(turned), atol=1e-9)
    if same != op.order_invariant:
        raise Broken(
            f"order_invariant is {op.order_invariant}, but after the modalities exchanged their "
            f"contents h is {'the same' if same else 'another one'}"
        )


@promise()
def bad_input_is_refused(p: Problem) -> None:
    """A misspelt name, a wrong width, a sample without anything is refused."""
    op, x = p.operator(), p.features()
    name = next(iter(p.dims))
    nobody = {m: torch.zeros(p.batch, dtype=torch.bool) for m in p.dims}
    wide = {**x, name: torch.zeros(p.batch, p.dims[name] + 1)}
    bad = [
        ("a modality it does not know", KeyError, {**x, f"{name}s": wide[name]}, None),
        ("features of a wrong width", ValueError, wide, None),
        ("a batch without any modality", ValueError, {}, None),
        ("samples without any modality", ValueError, x, nobody),
        ("a present that is not boolean", TypeError, x, {name: torch.ones(p.batch)}),
    ]
    if not op.reads_tokens:
        bad.append(("a sequence", ValueError, {**x, name: x[name][:, None]}, None))
    for what, error, features, present in bad:
        try:
            op(features, present)
        except error:
            continue
        except Exception as other:
            raise Broken(f"{what} should raise {error.__name__}, raised {other!r}") from other
        raise Broken(f"{what} is taken without a word")
