"""Audio encoder: log-mel spectrogram, then a small convolutional network over time.

The ear hears pitch roughly on a logarithmic scale, and loudness too. So we cut the wave into
short overlapping frames, take the power of each frequency, gather the powers into mel bands
m (narrow at low, wide at high frequencies), and take the logarithm::

    X[k, t] = Σ_n x[tH + n] w[n] e^{-2πikn/N}        w: Hann window, N = n_fft, H = hop
    S[m, t] = ln( Σ_k F[m, k] |X[k, t]|² / Σ_n w[n]² + ε )

The picture S (mel bands × time) then goes through the same blocks as an image does.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmtutor.arguments import check_counts, positive_number, whole_number

from .base import Encoder, check_shape, no_padding
from .image import ConvBlock, check_channels, conv_blocks, pixels_last


def hz_to_mel(frequency: Tensor) -> Tensor:
    """Pitch in mel of a frequency in hertz, m = 2595 log₁₀(1 + f / 700) (the HTK book's formula).

    Source: O'Shaughnessy, *Speech Communication* (1987); the form used by HTK.
    """
    return 2595.0 * torch.log10(1.0 + frequency / 700.0)


def mel_to_hz(mel: Tensor) -> Tensor:
    """The inverse, f = 700 (10^(m / 2595) - 1)."""
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)


def mel_filters(n_mels: int, n_fft: int, sample_rate: int) -> Tensor:
    """Triangular filters F (n_mels, n_fft // 2 + 1), evenly spaced on the mel scale.

    With corner frequencies c_0 < c_1 < … < c_{n_mels+1} equally far apart in mel from 0 Hz to
    half the sample rate, filter m rises from c_m to 1 at c_{m+1} and falls to 0 at c_{m+2}::

        F[m, k] = max(0, min((f_k - c_m)/(c_{m+1} - c_m), (c_{m+2} - f_k)/(c_{m+2} - c_{m+1})))

    Between c_1 and c_{n_mels} neighbouring filters add up to 1: no energy is lost or counted twice.
    A filter narrower than the distance of two frequencies f_k may fall between them and hear
    nothing; such a filter takes the frequency nearest to its centre instead.
    """
    top = hz_to_mel(torch.tensor(sample_rate / 2, dtype=torch.float64))
    corners = mel_to_hz(torch.linspace(0.0, float(top), n_mels + 2, dtype=torch.float64))
    f = torch.linspace(0.0, sample_rate / 2, n_fft // 2 + 1, dtype=torch.float64)
    low, centre, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]  # (M, 1)
    rising, falling = (f - low) / (centre - low), (high - f) / (high - centre)  # (M, K)
    filters = torch.minimum(rising, falling).clamp(min=0.0)
    deaf = filters.sum(dim=1) == 0
    nearest = (f - centre).abs().argmin(dim=1)
    filters[deaf, nearest[deaf]] = 1.0
    return filters.float()


class LogMel(nn.Module):
    """Log-mel spectrogram of a waveform: (B, samples) → (B, n_mels, frames).

    frames = 1 + samples // hop. The wave is reflected at both ends, so frame t is centred on sample
    t · hop. Power is divided by the window's energy Σ w², which makes it independent of n_fft for
    noise; ε = ``floor`` keeps the logarithm of silence finite. A wave ten times as loud adds
    ln 100 ≈ 4.6 (20 dB).

    :param sample_rate: samples per second.
    :param n_fft: samples per frame; it must be larger than 1 and at most twice the wave's length.
    :param hop: samples from one frame to the next.
    :param n_mels: number of mel bands.
    :param floor: ε above, in units of power.
    """

    filters: Tensor
    window: Tensor

    def __init__(
        self,
        *,
        sample_rate: int = 8000,
        n_fft: int = 256,
        hop: int = 128,
        n_mels: int = 32,
        floor: float = 1e-3,
    ) -> None:
        super().__init__()
        check_counts("LogMel", sample_rate=sample_rate, hop=hop, n_mels=n_mels)
        whole_number("LogMel: n_fft", n_fft, 2)
        positive_number("LogMel: floor", floor)
        self.sample_rate, self.n_fft, self.hop, self.n_mels = sample_rate, n_fft, hop, n_mels
        self.floor = floor
        # Not saved: both follow from the arguments above.
        window = torch.hann_window(n_fft)
        filters = mel_filters(n_mels, n_fft, sample_rate) / window.square().sum()
        self.register_buffer("window", window, persistent=False)
        self.register_buffer("filters", filters, persistent=False)

    def frequencies(self) -> Tensor:
        """Centre frequency of each band in hertz, (n_mels,)."""
        top = float(hz_to_mel(torch.tensor(self.sample_rate / 2)))
        return mel_to_hz(torch.linspace(0.0, top, self.n_mels + 2)[1:-1])

    def forward(self, wave: Tensor) -> Tensor:
        """wave: (B, samples) → (B, n_mels, 1 + samples // hop)."""
        check_shape(wave, ("B", "samples"), who="LogMel", weights=self.filters)
        if wave.shape[1] <= self.n_fft // 2:
            raise ValueError(
                f"LogMel: a frame of n_fft = {self.n_fft} samples needs a wave longer "
                f"than {self.n_fft // 2} samples, got {wave.shape[1]}"
            )
        # Parts of a megabyte: the memory of one part serves the next. All at once would ask the
        # system for new memory in every batch, which takes longer than the transform.
        parts = wave.split(max(1, 2**18 // wave.shape[1]))
        return torch.cat([self._picture(part) for part in parts])  # (B, M, frames)

    def _picture(self, wave: Tensor) -> Tensor:
        half = self.n_fft // 2
        mirrored = nn.functional.pad(wave, (half, half), mode="reflect")  # (B, samples + N)
        frames = mirrored.unfold(1, self.n_fft, self.hop)  # (B, frames, N)
        X = torch.fft.rfft(frames * self.window)  # (B, frames, K)
        power = X.real.square().add_(X.imag.square())
        return (self.filters @ power.transpose(1, 2) + self.floor).log()  # (B, M, frames)


class AudioCNN(Encoder):
    """A small CNN over the log-mel spectrogram of a raw waveform: (B, samples) → (B, out_dim).

    After the blocks each time step holds ``channels[-1]`` features for each of the remaining
    frequency rows. A linear map reads them all, because *where* on the frequency axis something
    sounds is what tells one vowel from another: t_j = A vec(x_j) + a. The features of the sound
    are the mean over time, f(x) = (1/T) Σ_j t_j.

    :param out_dim: width of the features.
    :param channels: filters of each block; every block halves mel bands and frames.
    :param sample_rate: see ``LogMel``.
    :param n_fft: see ``LogMel``.
    :param hop: see ``LogMel``.
    :param n_mels: see ``LogMel``.
    """

    sense = "audio"

    def __init__(
        self,
        *,
        out_dim: int = 64,
        channels: Sequence[int] = (8, 16, 32),
        sample_rate: int = 8000,
        n_fft: int = 512,
        hop: int = 256,
        n_mels: int = 32,
    ) -> None:
        super().__init__()
        check_counts("AudioCNN", out_dim=out_dim)
        check_channels("AudioCNN", channels)
        self.out_dim = out_dim
        self.spectrogram = LogMel(sample_rate=sample_rate, n_fft=n_fft, hop=hop, n_mels=n_mels)
        rows = n_mels // 2 ** len(channels)
        if rows == 0:
            raise ValueError(
                f"AudioCNN: {len(channels)} blocks halve the mel bands "
                f"{len(channels)} times, so n_mels must be at least "
                f"{2 ** len(channels)}, got {n_mels}"
            )
        # A log-mel picture of a noisy sound is a high plateau with small hills. The first norm
        # takes the plateau away, filter by filter; without it the hills are slow to learn.
        first = ConvBlock(1, channels[0], groups=channels[0])
        self.blocks = nn.Sequential(first, *conv_blocks(channels[0], channels[1:]))
        self.step = nn.Linear(channels[-1] * rows, out_dim)
        self.shortest = hop * (2 ** len(channels) - 1)

    def tokens(self, wave: Tensor) -> tuple[Tensor, Tensor]:
        """One vector per time step: ((B, T, out_dim), padding (B, T), all False).

        T = ⌊frames / 2^n⌋ for n blocks.
        """
        check_shape(wave, ("B", "samples"), who="AudioCNN", weights=self.step.weight)
        if wave.shape[1] < self.shortest:
            raise ValueError(
                f"AudioCNN: {len(self.blocks)} blocks halve the time axis "
                f"{len(self.blocks)} times, so a wave needs at least "
                f"{self.shortest} samples, got {wave.shape[1]}"
            )
        S = self.spectrogram(wave)  # (B, M, frames)
        grid = self.blocks(pixels_last(S.unsqueeze(1)))  # (B, C, M', T)
        steps = grid.flatten(1, 2).transpose(1, 2)  # (B, T, C·M')
        tokens = self.step(steps)  # (B, T, D)
        return tokens, no_padding(tokens)

    def forward(self, wave: Tensor) -> Tensor:
        """wave: (B, samples) → (B, out_dim), the mean over time."""
        return self.tokens(wave)[0].mean(dim=1)  # (B, D)
