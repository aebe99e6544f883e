"""What a training from the command line is asked to do: a small YAML file, and flags over it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mmtutor.names import unknown

LARGEST_FILE = 100_000  # bytes; the largest config that anyone has written by hand takes a few


def option(default: Any, told: str, most: float | None = None) -> Any:
    """A field of the config, with what ``--help`` says of it and the largest value it takes."""
    return field(default=default, metadata={"help": told, "most": most})


@dataclass(frozen=True)
class Config:
    """One training. Every field is a key of the YAML file and an option of the command.

    What each means: ``mmtutor train --help``, and :func:`mmtutor.training.fit`.
    """

    experiment: str = option("av-digits", "av-digits, emoji-groups or emoji-pairs")
    fusion: str = option("concat", "⊕ by its name: concat, gated, …; an unknown one lists them")
    fusion_options: dict[str, Any] = field(
        default_factory=dict,
        metadata={"help": "options of ⊕, such as '{\"rank\": 8}'", "most": None},
    )
    dim: int = option(64, "width of h, or of the common space", most=2**16)
    modality_dropout: float = option(0.0, "how often a sense is left out, 0 to 1", most=1)
    epochs: int = option(8, "passes over the training data", most=10**6)
    batch_size: int = option(128, "samples a step", most=10**6)
    lr: float = option(0.01, "highest learning rate")
    schedule: str = option("one-cycle", "of the learning rate: one-cycle, cosine or constant")
    clip: float = option(1.0, "longest gradient")
    accumulate: int = option(1, "microbatches a step, to save memory", most=10**6)
    precision: str = option("float32", "float32 or bf16")
    keep: str = option("best", "weights of which epoch: best or last")
    patience: int | None = option(None, "stop after that many epochs without a better one")
    every: int | None = option(None, "steps between two checkpoints; one is written each epoch")
    seed: int = option(0, "of weights, order, dropout and noise", most=2**32)

    @classmethod
    def of(cls, values: Mapping[str, Any], source: str = "config") -> Config:
        """Check keys, kinds and sizes.

        :raises ValueError: an unknown key (with the nearest one), or a value of the wrong kind or
            of a size that nobody means.
        """
        fields = {f.name: f for f in dataclasses.fields(cls)}
        given = {}
        for key, value in values.items():
            if key not in fields:
                raise ValueError(f"{source}: {unknown('key', key, fields)}")
            given[key] = _of_kind(key, value, str(fields[key].type), source)
            most = fields[key].metadata["most"]
            if most is not None and given[key] > most:
                raise ValueError(f"{source}: {key} must be at most {most:,}, got {given[key]:,}")
        return cls(**given)

    @classmethod
    def read(cls, path: Path, over: Mapping[str, Any] | None = None) -> Config:
        """Read a YAML file; ``over`` are values that count instead of the file's.

        :raises FileNotFoundError: no such file.
        :raises ValueError: not YAML, not a list of keys and values, or what :meth:`of` refuses.
        """
        data = path.read_bytes()
        if len(data) > LARGEST_FILE:
            raise ValueError(f"{path} holds {len(data):,} bytes, which is no config")
        try:
            values = yaml.load(data.decode(), _WithoutAliases)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is not YAML: {error}") from None
        except RecursionError:
            raise ValueError(f"{path} is nested too deeply to be a config") from None
        if values is not None and not isinstance(values, dict):
            raise ValueError(f"{path} must hold lines like 'epochs: 8', it holds {values!r}")
        return cls.of({**(values or {}), **(over or {})}, str(path))

    def written(self) -> str:
        """The config as YAML, every key of it."""
        return yaml.safe_dump(dataclasses.asdict(self), sort_keys=False)


class _WithoutAliases(yaml.SafeLoader):
    """Aliases of aliases make gigabytes of a hundred bytes, and no config needs one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read")
        return super().compose_node(parent, index)


def _of_kind(key: str, value: Any, kind: str, source: str) -> Any:
    optional = "None" in kind
    wanted = kind.split(" |")[0].split("[")[0]
    if optional and (value is None or value == "none"):
        return None
    kinds = {"int": (int,), "float": (int, float), "str": (str,), "dict": (dict,)}[wanted]
    if isinstance(value, str) and wanted in ("int", "float"):
        # YAML reads 1e-3 as a word, and options are words.
        with contextlib.suppress(ValueError):
            value = int(value) if wanted == "int" else float(value)
    if isinstance(value, bool) or not isinstance(value, kinds):
        words = {"int": "a whole number", "float": "a number", "str": "a word", "dict": "a mapping"}
        raise ValueError(f"{source}: {key} must be {words[wanted]}, got {value!r}")
    return float(value) if isinstance(value, int) and wanted == "float" else value
