"""Training and judging from a terminal."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from mmtutor.commands import main
from mmtutor.experiments import named as experiments
from mmtutor.experiments.config import Config
from mmtutor.experiments.named import Experiment
from tests.training.problems import Clouds, TwoSenses


@pytest.fixture(autouse=True)
def _clouds(monkeypatch):
    def clouds(config):
        model = TwoSenses(seed=int(torch.randint(1000, ())))  # drawn from the config's seed
        return Experiment(model, Clouds(), Clouds(101, seed=1), Clouds(101, seed=2))

    monkeypatch.setitem(experiments.EXPERIMENTS, "clouds", clouds)


def train(*words: str) -> int:
    options = "--experiment clouds --epochs 3 --lr 0.05 --batch-size 20 --quiet"
    return main(["train", *options.split(), *words])


def test_train_then_evaluate(tmp_path, capsys):
    out = tmp_path / "run"
    assert train("--out", str(out)) == 0
    told = capsys.readouterr().out
    assert len(json.loads((out / "history.json").read_text())) == 3
    assert Config.read(out / "config.yaml").epochs == 3
    drawn = ElementTree.parse(out / "history.svg").getroot()
    assert "validation accuracy" in "".join(drawn.itertext())
    beside = dict(re.findall(r"^  (\S.*?) +(\d\.\d+)$", told, re.MULTILINE))
    assert list(beside)[1:] == [
        "always the commonest class", "nearest mean, left", "nearest mean, right"
    ]  # fmt: skip
    assert float(beside["always the commonest class"]) == pytest.approx(34 / 101, abs=6e-4)
    assert main(["evaluate", str(out)]) == 0
    judged = capsys.readouterr().out
    result = json.loads((out / "result.json").read_text())
    assert 1 / 3 < result["accuracy"]["low"] < result["accuracy"]["value"]
    assert sum(map(sum, result["confusion"])) == 101
    assert "most often wrong: class" in judged


def test_what_comes_next_can_be_copied(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert train("--out", "my run") == 0
    told = capsys.readouterr().out.partition("next:\n")[2]
    commands = re.findall(r"python -m mmtutor (.*)", told)
    assert [words.split()[0] for words in commands] == ["evaluate", "train", "train", "train"]
    for words in commands:
        if "--fusion" not in words:  # the clouds have none
            assert main(shlex.split(words)) == 0
    on = Path("my run-on")
    assert (
        json.loads((on / "history.json").read_text())[0]
        != json.loads(Path("my run/history.json").read_text())[0]
    )


def test_the_written_config_repeats_the_training(tmp_path):
    assert train("--out", str(tmp_path / "a"), "--seed", "4") == 0
    config = str(tmp_path / "a" / "config.yaml")
    assert main(["train", config, "--quiet", "--out", str(tmp_path / "b")]) == 0
    a, b = ((tmp_path / n / "weights.safetensors").read_bytes() for n in "ab")
    assert a == b
    assert main(["train", config, "--quiet", "--out", str(tmp_path / "c"), "--seed", "5"]) == 0
    assert (tmp_path / "c" / "weights.safetensors").read_bytes() != a


def test_a_training_is_not_overwritten_and_can_go_on(tmp_path, capsys):
    out = str(tmp_path / "run")
    assert train("--out", out) == 0
    assert train("--out", out) == 1
    assert "add --resume to go on" in capsys.readouterr().err
    capsys.readouterr()
    assert train("--out", out, "--resume") == 0
    assert "nothing was left to train" in capsys.readouterr().out
    assert train("--out", out, "--resume", "--epochs", "4") == 1
    assert f"config.yaml --weights {out} --out {out}-on" in capsys.readouterr().err


def test_a_rate_that_is_too_high_is_said_in_a_sentence(tmp_path, capsys, monkeypatch):
    def diverges(*_, **__):
        raise FloatingPointError("the loss is nan: lower lr")

    monkeypatch.setattr("mmtutor.training.fit", diverges)
    assert train("--out", str(tmp_path / "run")) == 1
    assert capsys.readouterr().err == "the loss is nan: lower lr\n"


@pytest.mark.parametrize("words", ["[1]", "{", "[" * 100_000])
def test_fusion_options_are_a_mapping(words, capsys):
    with pytest.raises(SystemExit):
        train("--fusion-options", words)
    assert "a JSON object such as" in capsys.readouterr().err


@pytest.mark.parametrize("below", ["", "run"])
def test_a_file_in_the_place_of_the_folder(tmp_path, capsys, below):
    (tmp_path / "file").touch()
    assert train("--out", str(tmp_path / "file" / below)) == 1
    assert re.fullmatch(r".*file\S*: (File exists|Not a directory)\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fusoin: gated", "unknown key 'fusoin'.*did you mean 'fusion'"),
        ("epochs: many", "epochs must be a whole number, got 'many'"),
        ("epochs: true", "epochs must be a whole number, got True"),
        ("lr: [1]", "lr must be a number"),
        ("- 1", "must hold lines like"),
        ("a: [", "is not YAML"),
        ("experiment: cluods", "did you mean 'clouds'"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases .* are not read"),
        ("fusion_options: " + "[" * 5000, "nested too deeply"),
        ("# " + "x" * 200_000, "200,002 bytes, which is no config"),
        ("dim: 1000000000000000", "dim must be at most 65,536"),
        ("experiment: av-digits\nfusion: bottleneck\ndim: 65536", "GB to train, this computer has"),
        (
            "experiment: av-digits\nfusion: low_rank\nfusion_options: {rank: 1000000000000000}",
            "choose a smaller dim, or other fusion_options",
        ),
        ("experiment: av-digits\nfusion_options: {dims: 3}", "fusion_options cannot hold 'dims'"),
        (
            "experiment: av-digits\nfusion: low_rank\nfusion_options: {rnak: 3}",
            "did you mean 'rank'",
        ),
        ("experiment: av-digits\nfusion: gatde", "did you mean 'gated'"),
    ],
)
def test_a_config_that_says_something_else(tmp_path, capsys, text, words):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert main(["train", str(path), "--out", str(tmp_path / "run"), "--quiet"]) == 1
    assert not (tmp_path / "run").exists()
    assert re.search(words, capsys.readouterr().err, re.DOTALL)


def test_numbers_as_yaml_writes_them(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("lr: 1e-3\npatience: none\nfusion_options: {rank: 2}")
    config = Config.read(path, {"epochs": "7"})
    assert (config.lr, config.patience, config.epochs) == (0.001, None, 7)
    assert config.fusion_options == {"rank": 2}


@pytest.mark.parametrize(
    ("words", "told"),
    [("evaluate nowhere", "there is no training in"), ("train no.yaml", "no.yaml")],
)
def test_what_is_not_there_is_named(words, told, capsys):
    assert main(words.split()) == 1
    assert told in capsys.readouterr().err


def test_resume_reads_the_folders_own_config_and_what_is_refused_changes_nothing(tmp_path, capsys):
    out = tmp_path / "run"
    assert train("--out", str(out)) == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(["train", "--out", str(out), "--resume", "--quiet", "--lr", "0.5"]) == 1
    assert "lr was 0.05, is 0.5" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files
    assert main(["train", "--out", str(out), "--resume", "--quiet"]) == 0
    assert main(["evaluate", str(out)]) == 0


def test_a_misspelt_option_and_nothing_to_resume_leave_no_folder(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", "--experiment", "cluods", "--out", str(out)]) == 1
    assert main(["train", "--out", str(out), "--resume"]) == 1
    assert "leave out --resume" in capsys.readouterr().err
    assert not out.exists()


def test_an_unfinished_training_is_not_judged(tmp_path, capsys):
    assert train("--out", str(tmp_path)) == 0
    (tmp_path / "weights.safetensors").unlink()
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "has not finished" in capsys.readouterr().err


def test_ctrl_c_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    from mmtutor import training

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "fit", interrupted)
    assert train("--out", str(tmp_path)) == 130
    assert f"train --out {tmp_path} --resume" in capsys.readouterr().err


def test_a_rate_that_is_too_high_gets_a_sentence(tmp_path, capsys):
    assert train("--out", str(tmp_path), "--lr", "1e30", "--clip", "1e30") == 1
    assert "a smaller lr often helps" in capsys.readouterr().err
