"""Backbones: an image network that somebody else has trained, its last layer taken off::

    f(x) = body(x)                 out_dim=None: the features before the classifier
    f(x) = A body(x) + a           out_dim given: a new last layer

With ``freeze=True`` the body keeps its weights, and only A and a learn (transfer learning).
"""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse

import torch
import torchvision
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.models import WeightsEnum, get_model, get_model_weights, list_models

from mmtutor.arguments import check_counts
from mmtutor.names import check_name, unknown

from .base import Encoder, check_shape


class Backbone(Encoder):
    """Any torchvision classification network by name: (B, 3, H, W) → (B, out_dim).

    :param name: such as "resnet50", "efficientnet_b0", "mobilenet_v3_small", "vit_b_16";
        ``Backbone.names()`` lists them all.
    :param weights: None for random weights; "DEFAULT", another of torchvision's names such as
        "IMAGENET1K_V2", or its enum, to download them once; or the path of a state dict (.pth, .pt
        or .safetensors). Nothing is downloaded unless a name is given.
    :param freeze: the body never changes: no gradients, and evaluation mode also under
        ``.train()``.
    :param out_dim: width of a new last linear layer. None: the body's own features.
    :param sha256: checksum (or its beginning) that a weights file must have. Files named as
        torchvision names them (resnet50-11ad3fa6.pth) carry it in their name; it is verified before
        the file is opened.
    :param options: handed to torchvision's builder, for example ``image_size=64`` for a ViT.

    Sizes: convolutional networks take any picture of at least ``min_size`` pixels, vision
    transformers and MaxViT exactly ``image_size`` (224 unless built with another).

    Most of these networks contain batch normalisation. It mixes the samples of a batch while an
    unfrozen body trains; a frozen body, and any body in evaluation mode, treats each sample alone.

    :raises ValueError: unknown name or weights (with the nearest names), a file that does not fit.
    :raises FileNotFoundError: no such weights file.
    :raises ConnectionError: weights asked for by name, and no internet connection.
    """

    sense = "image"

    def __init__(
        self,
        name: str,
        *,
        weights: str | PathLike[str] | WeightsEnum | None = None,
        freeze: bool = False,
        out_dim: int | None = None,
        sha256: str | None = None,
        **options: object,
    ) -> None:
        super().__init__()
        check_name("image classifier of torchvision", name, self.names())
        if out_dim is not None:
            check_counts("Backbone", out_dim=out_dim)
        self.name, self.frozen = name, freeze
        self.weights = _named_weights(name, weights)
        if name in ("googlenet", "inception_v3"):
            # The side heads exist to train the classifier that we take off.
            options = {"aux_logits": False, "init_weights": weights is None, **options}
            options.setdefault("transform_input", weights is not None)
        try:
            body = get_model(name, weights=None, **options)
        except TypeError as error:
            raise TypeError(
                f"Backbone {name!r}: torchvision's builder does not take these options, "
                f"{', '.join(options)}: {error}"
            ) from error
        head, width = _take_off_head(body)
        if weights is not None:
            heads = (f"{head}.", "aux1.", "aux2.", "AuxLogits.")
            _load(body, self._weights_file(weights, sha256), skip=heads)
        self.body = body.requires_grad_(not freeze)
        self.out_dim = width if out_dim is None else out_dim
        self.project = nn.Identity() if out_dim is None else nn.Linear(width, out_dim)
        self.image_size: int | None = getattr(body, "image_size", None)
        if name.startswith("maxvit"):
            self.image_size = 224
        about = self.weights or get_model_weights(name).DEFAULT
        self.min_size: int = max(about.meta["min_size"]) if self.image_size is None else 1
        self.train()

    @staticmethod
    def names() -> list[str]:
        """All names that torchvision knows."""
        return list_models(module=torchvision.models)

    def preprocess(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, H, W), bytes or floats in 0…1, as the weights want them.

        Resized, cropped and normalised as in the weights' own evaluation; for weights=None, as the
        default weights of this network would want them.
        """
        weights = self.weights or get_model_weights(self.name).DEFAULT
        return weights.transforms()(pictures)

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, 3, H, W) → (B, out_dim)."""
        who = f"Backbone {self.name!r}"
        if isinstance(x, Tensor) and x.ndim == 4 and x.shape[1] == 1:
            raise ValueError(
                f"{who}: expected 3 colour channels, got a grey picture "
                f"{tuple(x.shape)}; x.expand(-1, 3, -1, -1) repeats the one channel"
            )
        check_shape(x, ("B", 3, "H", "W"), who=who, weights=next(self.parameters()))
        size, fixed = tuple(x.shape[-2:]), self.image_size
        if fixed is not None and size != (fixed, fixed):
            raise ValueError(
                f"{who}: takes pictures of exactly {fixed}×{fixed} pixels, got "
                f"{size[0]}×{size[1]}; resize them, for example with .preprocess(x)"
            )
        if min(size) < self.min_size:
            raise ValueError(
                f"{who}: needs pictures of at least {self.min_size}×{self.min_size} "
                f"pixels, got {size[0]}×{size[1]}"
            )
        return self.project(self.body(x).flatten(1))  # (B, D)

    def train(self, mode: bool = True) -> Backbone:
        """Switch the mode; a frozen body stays in evaluation mode (dropout, running averages)."""
        super().train(mode)
        if self.frozen:
            self.body.eval()
        return self

    def _weights_file(self, weights: str | PathLike[str] | WeightsEnum, sha256: str | None) -> Path:
        path = Path(weights) if self.weights is None else _download(self.name, self.weights)
        if not path.is_file():
            raise FileNotFoundError(f"Backbone {self.name!r}: no weights file at {path}")
        in_name = re.search(r"-([0-9a-f]{8,64})\.(pth|pt|safetensors)$", path.name)
        wanted = sha256 or (in_name and in_name.group(1))
        if wanted:
            _verify(path, wanted.lower())
        return path


def _named_weights(name: str, weights: object) -> WeightsEnum | None:
    """The enum member meant by ``weights``; None if it is None or a path."""
    if weights is None:
        return None
    known = get_model_weights(name)
    if isinstance(weights, WeightsEnum):
        if not isinstance(weights, known):
            raise ValueError(
                f"Backbone: {weights} are not weights of {name!r}; "
                f"it has {', '.join(known.__members__)}"
            )
        return weights
    if not isinstance(weights, str | PathLike):
        raise TypeError(f"Backbone: weights are a name, a path or None, got {weights!r}")
    text = str(weights)
    if text in known.__members__:
        return known[text]
    if isinstance(weights, PathLike) or "/" in text or "\\" in text or Path(text).suffix:
        return None
    raise ValueError(
        f"Backbone: {unknown(f'weights of {name!r}', text, known.__members__)} "
        "A file is given by its path"
    )


def _take_off_head(body: nn.Module) -> tuple[str, int]:
    """Replace the last classifier layer by the identity; its name, and the width before it."""
    linear = {n: m.in_features for n, m in body.named_modules() if isinstance(m, nn.Linear)}
    # SqueezeNet classifies by a 1×1 convolution and has no linear layer at all.
    convolutions = {n: m.in_channels for n, m in body.named_modules() if isinstance(m, nn.Conv2d)}
    head, width = list((linear or convolutions).items())[-1]
    body.set_submodule(head, nn.Identity())
    return head, width


def _download(name: str, weights: WeightsEnum) -> Path:
    """The weights' file in torch.hub's folder, fetched if it is not there yet."""
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(weights.url).path).name
    if path.is_file():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(weights.url, str(path))
    except (URLError, OSError) as error:
        raise ConnectionError(
            f"Backbone {name!r}: could not download the weights {weights.name} from {weights.url} "
            f"({error}). Without an internet connection, pass weights=None for random weights, or "
            f"weights='path/to/{path.name}' for a file fetched elsewhere"
        ) from error
    return path


def _verify(path: Path, wanted: str) -> None:
    import pooch  # a tenth of a second that only a check of weights is worth

    digest = pooch.file_hash(str(path), alg="sha256")
    if not digest.startswith(wanted):
        raise ValueError(
            f"Backbone: the weights file {path} is damaged: its SHA-256 begins with "
            f"{digest[: len(wanted)]}, expected {wanted}. "
            "Delete it and fetch it again"
        )


def _load(body: nn.Module, path: Path, *, skip: tuple[str, ...]) -> None:
    """Copy the file's weights into the body; the head that was taken off is skipped."""
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(
            f"Backbone: {path} cannot be read as a file of weights: {error}"
        ) from error
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise ValueError(f"Backbone: {path} does not hold a state dict (names → tensors)")
    state = {k: v for k, v in state.items() if not k.startswith(skip)}
    mine = body.state_dict()
    wrong = sorted(set(mine) ^ set(state)) + [
        f"{k} {tuple(state[k].shape)} instead of {tuple(mine[k].shape)}"
        for k in mine
        if k in state and mine[k].shape != state[k].shape
    ]
    if wrong:
        more = f" and {len(wrong) - 4} more" if len(wrong) > 4 else ""
        raise ValueError(
            f"Backbone: the weights in {path} are not of this network; they differ in "
            f"{', '.join(wrong[:4])}{more}"
        )
    body.load_state_dict(state)
