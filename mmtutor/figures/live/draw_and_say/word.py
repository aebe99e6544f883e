"""Cut one spoken word out of a recording, as the page does (:file:`word.js`, step by step alike).

Only the recipe that trains and measures the figure's network, and the tests, need it in Python.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np

FRAME = 80  # samples: 10 ms
RATE = 8000


def word(recording: np.ndarray) -> np.ndarray | None:
    r"""Return the second around the loudest word of a recording; None if there is no word.

    1. A high-pass takes away hum and offset: :math:`y_n = x_n - x_{n-1} + 0.96\, y_{n-1}`.
    2. A frame of 10 ms is loud if its power is over a threshold: six times that of the quietest
       tenth of the frames, but 10 to 30 dB under the loudest frame.
    3. Loud frames less than 200 ms apart are one word; the one with the most energy is taken.
    4. One second with the word in its middle is cut out (nearer to one side where the recording
       ends), room and all: the faint ends of a word lie under the threshold. It is scaled so that
       the word has a mean square of 1.

    :param recording: samples at 8 kHz, full scale ±1 (n,), at least one second.
    :returns: (8,000,), or None where the loudest frame is under −50 dB of full
        scale, or less than 9 dB over the quietest tenth.
    """
    x = np.asarray(recording, dtype=np.float64)
    steps = np.diff(x, prepend=x[:1])
    y = np.array(list(accumulate(steps, lambda last, step: 0.96 * last + step)))
    count = len(y) // FRAME
    power = np.square(y[: count * FRAME]).reshape(count, FRAME).mean(1)
    most, quiet = float(power.max()), float(np.sort(power)[count // 10])
    if most < 1e-5 or most < 8 * quiet:
        return None
    loud = power > max(1e-3 * most, min(6 * quiet, 0.1 * most))
    best, best_energy, first, last, energy = (0, 0), -1.0, -1, -1, 0.0
    for i in np.flatnonzero(loud).tolist():
        if first < 0 or i - last > 20:
            first, energy = i, 0.0
        last, energy = i, energy + float(power[i])
        if energy > best_energy:
            best, best_energy = (first, last), energy
    first, end = best[0] * FRAME, (best[1] + 1) * FRAME
    start = min(max(0, (first + end - RATE) // 2), len(y) - RATE)
    size = np.sqrt(np.square(y[first:end]).mean())
    return (y[start : start + RATE] / size).astype(np.float32)
