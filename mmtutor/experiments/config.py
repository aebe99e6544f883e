"""What a training from the command line is asked to do: a small YAML file, and flags over it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmtutor.names import unknown


@dataclass(frozen=True)
class Config:
    """One training. Every field is a key of the YAML file and an option of the command.

    :ivar experiment: what to train, see ``mmtutor.experiments.named``.
    :ivar fusion: ⊕, by its name; ``fusion_options`` go to it.
    :ivar dim: width of ``h``, or of the common space.
    """

    experiment: str = "av-digits"
    fusion: str = "concat"
    fusion_options: dict[str, Any] = field(default_factory=dict)
    dim: int = 64
    modality_dropout: float = 0.0
    epochs: int = 8
    batch_size: int = 128
    lr: float = 0.01
    schedule: str = "one-cycle"
    clip: float = 1.0
    accumulate: int = 1
    precision: str = "float32"
    keep: str = "best"
    patience: int | None = None
    every: int | None = None
    seed: int = 0

    @classmethod
    def of(cls, values: Mapping[str, Any], source: str = "config") -> Config:
        """Check keys and kinds.

        :raises ValueError: an unknown key (with the nearest one), or a value of the wrong kind.
        """
        fields = {f.name: f for f in dataclasses.fields(cls)}
        given = {}
        for key, value in values.items():
            if key not in fields:
                raise ValueError(f"{source}: {unknown('key', key, fields)}")
            given[key] = _of_kind(key, value, str(fields[key].type), source)
        return cls(**given)

    @classmethod
    def read(cls, path: Path, over: Mapping[str, Any] | None = None) -> Config:
        """Read a YAML file; ``over`` are values that count instead of the file's.

        :raises FileNotFoundError: no such file.
        :raises ValueError: not YAML, not a list of keys and values, or what :meth:`of` refuses.
        """
        import yaml

        try:
            values = yaml.safe_load(path.read_text(encoding="utf8"))
        except yaml.YAMLError as error:
            raise ValueError(f"{path} is not YAML: {error}") from None
        if values is not None and not isinstance(values, dict):
            raise ValueError(f"{path} must hold lines like 'epochs: 8', it holds {values!r}")
        return cls.of({**(values or {}), **(over or {})}, str(path))

    def written(self) -> str:
        """The config as YAML, every key of it."""
        import yaml

        return yaml.safe_dump(dataclasses.asdict(self), sort_keys=False)


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
