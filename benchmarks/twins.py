"""Chapter 9's network in PyTorch and in Keras: from the same weights, the same scores?

    KERAS_BACKEND=torch python benchmarks/twins.py --json mmtutor/results/twins.json

needs Keras, which this project does not install (``pip install keras``, and ``tensorflow-cpu`` for
``KERAS_BACKEND=tensorflow``). Each run renews the row of its backend.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mmtutor.lessons import program

VOCAB, CLASSES, PIXELS = 50, 9, 64
STAGES = ("layer1", "layer2", "layer3", "layer4")


def batch(seed: int, size: int = 4) -> tuple[Tensor, Tensor]:
    """Pictures, and captions of 1 to 7 words, padded with 0."""
    g = torch.Generator().manual_seed(seed)
    captions = torch.randint(1, VOCAB, (size, 7), generator=g)
    lengths = torch.randint(1, 8, (size, 1), generator=g)
    captions[torch.arange(7) >= lengths] = 0
    return torch.randn(size, 3, PIXELS, PIXELS, generator=g), captions


def calibrated(network: nn.Module) -> nn.Module:
    """Give its batch normalisation the averages of some pictures, so that nothing explodes."""
    for layer in network.body.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum, layer.eps = None, 1.001e-5  # Keras's ε of this network
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.1)
    nn.Sequential(network.body).train()
    with torch.no_grad():
        network.body(batch(seed=1, size=16)[0])
    return network.eval()


def as_in_the_paper(network: nn.Module) -> nn.Module:
    """Move the stride of 2 from the 3 × 3 convolution to the 1 × 1 before it."""
    for stage in STAGES[1:]:
        first = getattr(network.body, stage)[0]
        first.conv1.stride, first.conv2.stride = (2, 2), (1, 1)
    return network


def pairs(body: nn.Module) -> Iterator[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Keras's name of each convolution, with it and its normalisation."""
    yield "conv1", body.conv1, body.bn1
    for s, stage in enumerate(STAGES, 2):
        for b, block in enumerate(getattr(body, stage), 1):
            for i in (1, 2, 3):
                name = f"conv{s}_block{b}_{i}"
                yield name, getattr(block, f"conv{i}"), getattr(block, f"bn{i}")
            if block.downsample is not None:
                yield f"conv{s}_block{b}_0", *block.downsample


def port(network: nn.Module, twin: Any) -> None:
    """Write PyTorch's weights into the Keras network."""

    def tell(layer: Any, *weights: Tensor) -> None:
        layer.set_weights([w.detach().numpy() for w in weights])

    layers = {type(layer).__name__: layer for layer in twin.layers}  # the last of each kind
    dense = [layer for layer in twin.layers if type(layer).__name__ == "Dense"]
    body = layers["Functional"]
    for name, conv, bn in pairs(network.body):
        kernel = conv.weight.permute(2, 3, 1, 0)  # (out, in, h, w) → (h, w, in, out)
        tell(body.get_layer(f"{name}_conv"), kernel, torch.zeros(conv.out_channels))
        averages = bn.running_mean, bn.running_var
        tell(body.get_layer(f"{name}_bn"), bn.weight, bn.bias, *averages)
    lstm = network.lstm
    for layer, linear in zip(dense, (network.last, network.head), strict=True):
        tell(layer, linear.weight.T, linear.bias)
    tell(layers["Embedding"], network.embed.weight)
    both = lstm.bias_ih_l0 + lstm.bias_hh_l0  # Keras has one bias, PyTorch two
    tell(layers["LSTM"], lstm.weight_ih_l0.T, lstm.weight_hh_l0.T, both)


def compare() -> dict[str, Any]:
    """Build both, port the weights, and measure how far the scores lie apart."""
    import keras

    torch.manual_seed(0)
    network = program("twin_torch").run()["Network"](VOCAB, CLASSES)
    twin = program("twin_keras").run()["network"](VOCAB, CLASSES)
    images, captions = batch(seed=0)
    given = [images.permute(0, 2, 3, 1).numpy(), captions.numpy()]

    def scores(training: bool = False) -> np.ndarray:
        out = twin(given, training=training)
        return keras.ops.convert_to_numpy(keras.ops.stop_gradient(out))

    def apart() -> float:
        with torch.no_grad():
            return float(np.abs(network(images, captions).numpy() - scores()).max())

    port(calibrated(as_in_the_paper(network)), twin)
    found = {"same network": apart(), "scores, largest": float(np.abs(scores()).max())}
    found["frozen body in training"] = float(np.abs(scores(training=True) - scores()).max())
    for stage in STAGES[1:]:
        first = getattr(network.body, stage)[0]
        first.conv1.stride, first.conv2.stride = (1, 1), (2, 2)
    found["torchvision's strides"] = apart()
    counts = sum(p.numel() for p in network.parameters()), twin.count_params()
    backend = keras.backend.backend()
    versions = {"keras": keras.__version__, "torch": torch.__version__}
    if backend == "tensorflow":
        import tensorflow

        versions["tensorflow"] = tensorflow.__version__
    return {"backend": backend, **versions, **found, "numbers": counts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="renew this backend's row in this file")
    path = parser.parse_args().json
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    row = compare()
    print(json.dumps(row, indent=1))
    if path:
        old = json.loads(path.read_text())["rows"] if path.exists() else []
        rows = [r for r in old if r["backend"] != row["backend"]] + [row]
        lines = ",\n".join(json.dumps(r) for r in sorted(rows, key=lambda r: r["backend"]))
        path.write_text(f'{{"rows": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
