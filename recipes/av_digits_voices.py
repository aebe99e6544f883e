"""Where the spoken digits of AV-Digits come from: two synthesisers' voices and recorded people.

Each source is a list of `Voice`; `Voice.speak(digit)` gives the raw sound and its sample rate.
Nothing here decides how a sound is trimmed or written: that is `av_digits.py`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

# The versions the shipped files were made with; another version still builds, with other bytes.
PROGRAMS = {
    "espeak-ng": "1.51+dfsg-10+deb12u2",
    "flite": "2.2-5",
    "festival": "1:2.5.0-9",
    "festvox-kallpc16k": "2.4-1",
    "festvox-us-slt-hts": "0.2010.10.25-4",
}
RECORDINGS = {
    f"asterisk-core-sounds-{lang}-wav": "1.6.1-1" for lang in ("en", "es", "fr", "it", "ru")
}
UNPACKED = {"festvox-kdlpc16k": "1.4.0-6.1", **RECORDINGS}

# Accent → the name espeak-ng wants: asked for "en-gb+f2" it speaks plain en-gb and says nothing.
ACCENTS = {
    "en-us": "en-us",
    "en-gb": "en",
    "en-gb-scotland": "en-gb-scotland",
    "en-gb-x-gbclan": "en-gb-x-gbclan",
    "en-gb-x-rp": "en-gb-x-rp",
    "en-gb-x-gbcwmd": "en-gb-x-gbcwmd",
    "en-029": "en-029",
}

# Variants that are one voice under several names must share a split; digits at the end of a
# name (iven, iven2) are handled by rule, these by hand. f1…f5 and m1…m8 are different people.
RELATED = {
    "anxiousandy": "andy", "anikarobot": "anika", "whisperf": "whisper",
    "adam": "klatt", "caleb": "klatt",
}  # fmt: skip

PITCHES = ((85, 1.0), (105, 1.15), (130, 0.85), (155, 1.0), (185, 0.9), (215, 1.1))


Sound = tuple[np.ndarray, int]
"""Samples, and how many of them a second."""


@dataclass(frozen=True)
class Voice:
    """One voice: `speaker` is the unit that never crosses splits."""

    domain: str
    name: str
    speaker: str
    language: str
    accent: str
    split: str
    speak: Callable[[int], Sound]

    @property
    def file(self) -> str:
        """Path of the voice's FLAC file inside the data folder."""
        return f"audio/{self.domain}/{self.name.replace(' ', '_')}.flac"


def run(command: list[str], **options: object) -> bytes:
    """Output of a program; what it wrote to stderr is the message when it fails."""
    done = subprocess.run(command, capture_output=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} … failed:\n{done.stderr.decode()}")
    return done.stdout


def installed_version(package: str) -> str | None:
    """Version of an installed Debian package, or None."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    status, _, version = done.stdout.partition(" ")
    return version if status == "installed" else None


def unpack(package: str, folder: Path) -> tuple[Path, str]:
    """Fetch a Debian package (unless `folder` has it) and unpack it without installing it."""
    found = sorted(folder.glob(f"{package}_*.deb"))
    if not found:
        run(["apt-get", "download", package], cwd=folder)
        found = sorted(folder.glob(f"{package}_*.deb"))
    root = folder / package
    if not root.exists():
        run(["dpkg", "-x", str(found[-1]), str(root)])
    return root, run(["dpkg-deb", "-f", str(found[-1]), "Version"]).decode().strip()


# ── espeak-ng ──────────────────────────────────────────────────────────────────────────────────
def _espeak(voice: str, text: str) -> Sound:
    return sf.read(io.BytesIO(run(["espeak-ng", "-v", voice, "--stdout", text])))


def _variants() -> list[str]:
    """Voice variants in a fixed order, each distinct sound once (some files are the same voice)."""
    version = run(["espeak-ng", "--version"]).decode()
    folder = Path(re.search(r"Data at: (.*)", version).group(1)) / "voices" / "!v"
    names, heard = [], set()
    for name in sorted((f.name for f in folder.iterdir()), key=lambda n: (n.lower(), n)):
        sound = hashlib.sha256(_espeak(f"en-us+{name}", "five seven zero")[0].tobytes()).digest()
        if sound not in heard:
            names.append(name)
        heard.add(sound)
    return names


def family(variant: str) -> str:
    """Name under which near copies of a variant are kept together: iven2 → iven."""
    name = variant.lower()
    if re.fullmatch(r"[fm]\d", name):
        return name
    name = name.rstrip("0123456789")
    return RELATED.get(name, name)


def _split_families(variants: list[str], *, test: int, valid: int) -> dict[str, str]:
    """Families in an order drawn from their names fill test, then valid; the rest is train."""
    families = sorted(
        {family(v) for v in variants}, key=lambda f: hashlib.sha256(f.encode()).digest()
    )
    size = {f: sum(family(v) == f for v in variants) for f in families}
    split, room = {}, {"test": test, "valid": valid}
    for name in families:
        fits = [part for part in room if room[part] >= size[name]]
        split[name] = fits[0] if fits else "train"
        if fits:
            room[fits[0]] -= size[name]
    return split


def espeak_voices() -> Iterator[Voice]:
    """Every distinct variant in two of seven English accents; split by family of variants."""
    variants = _variants()
    split = _split_families(variants, test=24, valid=12)
    accents, n = tuple(ACCENTS), len(ACCENTS)
    for i, variant in enumerate(variants):
        first = i % n
        second = (first + 1 + (i // n) % (n - 1)) % n
        for accent in (accents[first], accents[second]):

            def speak(digit: int, voice: str = f"{ACCENTS[accent]}+{variant}") -> Sound:
                return _espeak(voice, WORDS[digit])

            name = f"{accent}+{variant}"
            yield Voice("espeak", name, variant, "en", accent, split[family(variant)], speak)


# ── flite and festival: the second domain ──────────────────────────────────────────────────────
def _flite(voice: str, options: dict[str, float], digit: int) -> Sound:
    settings = [word for key, value in options.items() for word in ("--setf", f"{key}={value}")]
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        run(["flite", "-voice", voice, *settings, "-t", WORDS[digit], "-o", out.name])
        return sf.read(out.name)


def _festival(setup: str, digit: int) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        wav, script = Path(folder, "digit.wav"), Path(folder, "speak.scm")
        text = f'(utt.synth (Utterance Text "{WORDS[digit]}"))'
        script.write_text(f'{setup}\n(utt.save.wave {text} "{wav}")\n')
        run(["festival", "-b", str(script)])
        return sf.read(wav)


def _diphone(voice: str, pitch: int, stretch: float, prefix: str = "") -> str:
    """Festival commands: a diphone voice at a mean pitch (Hz) and a duration factor."""
    return (
        f"{prefix}(voice_{voice})\n(Parameter.set 'Duration_Stretch {stretch})\n"
        f"(set! int_lr_params '((target_f0_mean {pitch}) (target_f0_std 15)"
        " (model_f0_mean 170) (model_f0_std 34)))"
    )


def second_voices(packages: Path) -> Iterator[Voice]:
    """Five speakers behind flite's and festival's voices, at several pitches and speeds.

    Split by speaker: train kal and slt, valid ked, test awb and rms.
    """
    ked, _ = unpack("festvox-kdlpc16k", packages)
    home = f"{ked.resolve()}/usr/share/festival/voices/english/ked_diphone/"
    load_ked = (
        f'(voice-location \'ked_diphone "{home}" "")\n(load "{home}festvox/ked_diphone.scm")\n'
    )

    def voice(
        name: str, speaker: str, accent: str, split: str, speak: Callable, *args: object
    ) -> Voice:
        return Voice("flite", name, speaker, "en", accent, split, lambda digit: speak(*args, digit))

    for speaker, program, accent, split in (
        ("kal", "kal16", "en-us", "train"),
        ("slt", "slt", "en-us", "train"),
        ("awb", "awb", "en-gb-scotland", "test"),
    ):
        for pitch, stretch in PITCHES:
            options = {"int_f0_target_mean": pitch, "duration_stretch": stretch}
            name = f"flite-{speaker}-{pitch}hz-x{stretch}"
            yield voice(name, speaker, accent, split, _flite, program, options)
    # flite's rms voice ignores every pitch setting, so only its speed varies.
    for stretch in (0.65, 0.73, 0.81, 0.89, 0.97, 1.05):
        name = f"flite-rms-x{stretch}"
        yield voice(name, "rms", "en-us", "test", _flite, "rms", {"duration_stretch": stretch})
    for pitch, stretch in PITCHES:
        name = f"festival-kal-{pitch}hz-x{stretch}"
        setup = _diphone("kal_diphone", pitch, stretch)
        yield voice(name, "kal", "en-us", "train", _festival, setup)
    for pitch, stretch in PITCHES:
        name = f"festival-ked-{pitch}hz-x{stretch}"
        setup = _diphone("ked_diphone", pitch, stretch, load_ked)
        yield voice(name, "ked", "en-us", "valid", _festival, setup)
    for speed in (0.95, 1.1, 1.25):
        setup = (
            "(voice_cmu_us_slt_arctic_hts)\n"
            f'(set! hts_engine_params (append hts_engine_params \'(("-r" {speed}))))'
        )
        yield voice(f"festival-slt-hts-x{speed}", "slt", "en-us", "train", _festival, setup)


# ── recorded people ────────────────────────────────────────────────────────────────────────────
def human_voices(packages: Path) -> Iterator[Voice]:
    """Four people reading the ten digits in five languages; all test."""
    people = {
        "en": ("allison-en", "Allison Smith", "en-us", "en_US_f_Allison"),
        "es": ("allison-es", "Allison Smith", "es-mx", "es_MX_f_Allison"),
        "fr": ("june-fr", "June Wallack", "fr-ca", "fr_CA_f_June"),
        "it": ("carlo-it", "Carlo Flora", "it-it", "it_IT_m_Carlo"),
        "ru": ("ivrvoice-ru", "a speaker of ivrvoice.ru", "ru-ru", "ru_RU_f_IvrvoiceRU"),
    }
    for language, (name, speaker, accent, folder) in people.items():
        root, _ = unpack(f"asterisk-core-sounds-{language}-wav", packages)
        digits = root / "usr/share/asterisk/sounds" / folder / "digits"

        def speak(digit: int, digits: Path = digits) -> Sound:
            return sf.read(digits / f"{digit}.wav")

        yield Voice("human", name, speaker, language, accent, "test", speak)


def missing() -> list[str]:
    """What this machine lacks, each as the command that mends it."""
    lacking = [p for p in PROGRAMS if installed_version(p) is None]
    lines = [f"apt-get install {' '.join(lacking)}"] if lacking else []
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        lines.append("a Debian system (apt-get and dpkg fetch the recordings)")
    return lines


def versions(packages: Path) -> Iterator[tuple[str, str, str]]:
    """(package, version used, version the shipped files were made with)."""
    for package, made_with in PROGRAMS.items():
        yield package, installed_version(package) or "missing", made_with
    os.makedirs(packages, exist_ok=True)
    for package, made_with in UNPACKED.items():
        yield package, unpack(package, packages)[1], made_with
