"""What two senses are worth on AV-Digits, over several seeds, and what the training costs.

``python benchmarks/av_digits.py`` trains, for each seed: each sense alone; both together from
scratch; ⊕ and the head on the frozen encoders of the two; and takes the vote of the two. It prints
accuracy on unseen pictures and voices with 95 % intervals, the gain over the better sense, and the
seconds of each training. Nothing here is a timed test: seconds belong to the machine they were
measured on.
"""

from __future__ import annotations

import argparse
import statistics

import torch
from tqdm import tqdm

from mmtutor.datasets import AVDigits, Only
from mmtutor.datasets.av_digits import AUDIO_NOISE, IMAGE_NOISE
from mmtutor.encoders import AudioCNN, ImageCNN
from mmtutor.metrics import mean_interval
from mmtutor.models import Ensemble, MultimodalModel
from mmtutor.training import evaluate, fit

ENCODERS = {"image": ImageCNN, "audio": AudioCNN}


def run(seed: int, epochs: int, noise: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Return accuracy and training seconds of each way of deciding, for one seed."""
    train, test = AVDigits("train", seed=seed, **noise), AVDigits("test", **noise)
    found, models = {}, {}
    for sense, encoder in ENCODERS.items():
        torch.manual_seed(seed)
        models[sense] = MultimodalModel({sense: encoder()}, out_dim=10)
        history = fit(
            models[sense], Only(train, sense), epochs=epochs, lr=0.01, seed=seed, progress=False
        )
        accuracy = evaluate(models[sense], Only(test, sense)).accuracy
        found[f"{sense} alone"] = (accuracy, history.seconds)

    torch.manual_seed(seed)
    joint = MultimodalModel(
        {sense: encoder() for sense, encoder in ENCODERS.items()}, out_dim=10, modality_dropout=0.2
    )
    history = fit(joint, train, epochs=epochs, lr=0.01, seed=seed, progress=False)
    found["trained together"] = (evaluate(joint, test).accuracy, history.seconds)

    torch.manual_seed(seed)
    frozen = {sense: models[sense].encoders[sense].requires_grad_(False) for sense in ENCODERS}
    fused = MultimodalModel(frozen, out_dim=10)
    history = fit(fused, train, epochs=2, lr=0.01, seed=seed, progress=False)
    found["features fused"] = (evaluate(fused, test).accuracy, history.seconds)
    found["decisions fused"] = (evaluate(Ensemble(models), test).accuracy, 0.0)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--image-noise", type=float, default=IMAGE_NOISE)
    parser.add_argument("--audio-noise", type=float, default=AUDIO_NOISE)
    chosen = parser.parse_args()
    noise = {"image_noise": chosen.image_noise, "audio_noise": chosen.audio_noise}
    runs = [run(seed, chosen.epochs, noise) for seed in tqdm(range(chosen.seeds), unit="seed")]

    print(f"{noise}, {chosen.epochs} epochs, {torch.get_num_threads()} threads")
    for way in runs[0]:
        mean, low, high = mean_interval([r[way][0] for r in runs])
        seconds = statistics.median(r[way][1] for r in runs)
        print(f"{way:18} {mean:.3f} [{low:.3f}, {high:.3f}]   training {seconds:5.1f} s")
    better = [max(r["image alone"][0], r["audio alone"][0]) for r in runs]
    for way in ("trained together", "features fused", "decisions fused"):
        gains = [r[way][0] - b for r, b in zip(runs, better, strict=True)]
        mean, low, high = mean_interval(gains)
        print(f"gain, {way:18} {mean:.3f} [{low:.3f}, {high:.3f}]")


if __name__ == "__main__":
    main()
