"""Backbones by name, without ever touching the network."""

from __future__ import annotations

import hashlib
from urllib.error import URLError

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import ResNet18_Weights, get_model

from mmtutor.encoders import Backbone


@pytest.mark.parametrize(
    ("name", "size", "options"),
    [
        ("resnet50", 33, {}),
        ("efficientnet_b0", 40, {}),
        ("mobilenet_v3_small", 32, {}),
        ("squeezenet1_1", 32, {}),
        ("densenet121", 32, {}),
        ("googlenet", 32, {}),
        ("vit_b_16", 32, {"image_size": 32}),
    ],
)
def test_the_last_layer_is_taken_off(name, size, options):
    """A new linear layer with the classifier's own weights gives the classifier back."""
    backbone = Backbone(name, out_dim=3, **options).eval()
    x = torch.randn(2, 3, size, size)
    with torch.no_grad():
        features = Backbone(name, **options).eval()
        features.body.load_state_dict(backbone.body.state_dict())
        assert features(x).shape == (2, features.out_dim)
        torch.testing.assert_close(backbone(x), backbone.project(features(x)))
    assert all(getattr(m, "out_features", 0) != 1000 for m in backbone.modules())


def test_resnet_agrees_with_the_whole_network(tmp_path):
    whole = get_model("resnet18", weights=None).eval()
    torch.save(whole.state_dict(), tmp_path / "resnet18.pth")
    backbone = Backbone("resnet18", weights=tmp_path / "resnet18.pth").eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(whole.fc(backbone(x)), whole(x))


def test_frozen_stays_frozen():
    backbone = Backbone("mobilenet_v3_small", freeze=True, out_dim=4)
    before = {k: v.clone() for k, v in backbone.body.state_dict().items()}
    backbone.train()
    assert backbone.training
    assert not any(m.training for m in backbone.body.modules())
    trained = [n for n, p in backbone.named_parameters() if p.requires_grad]
    assert trained == ["project.weight", "project.bias"]
    optimizer = torch.optim.SGD(backbone.parameters(), lr=1.0)
    backbone(torch.randn(4, 3, 32, 32)).square().sum().backward()
    optimizer.step()
    for key, value in backbone.body.state_dict().items():
        assert torch.equal(value, before[key]), key


def test_unfrozen_body_follows_the_mode():
    backbone = Backbone("mobilenet_v3_small")
    assert all(m.training for m in backbone.modules())
    assert not any(m.training for m in backbone.eval().modules())


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("with_head", [True, False])
def test_weights_from_a_file(tmp_path, suffix, with_head):
    state = get_model("resnet18", weights=None).state_dict()
    if not with_head:
        state = {k: v for k, v in state.items() if not k.startswith("fc.")}
    path = tmp_path / f"mine{suffix}"
    save_file(state, path) if suffix == ".safetensors" else torch.save(state, path)
    loaded = Backbone("resnet18", weights=str(path)).body.state_dict()
    assert all(torch.equal(loaded[k], state[k]) for k in loaded)


def test_checksum_is_verified_before_opening(tmp_path):
    path = tmp_path / "resnet18-deadbeef.pth"
    path.write_bytes(b"anything")
    with pytest.raises(ValueError, match=r"damaged: its SHA-256 begins with .* expected deadbeef"):
        Backbone("resnet18", weights=path)
    plain = tmp_path / "plain.safetensors"
    save_file(get_model("resnet18", weights=None).state_dict(), plain)
    Backbone("resnet18", weights=plain, sha256=hashlib.sha256(plain.read_bytes()).hexdigest())
    with pytest.raises(ValueError, match="damaged"):
        Backbone("resnet18", weights=plain, sha256="0" * 64)


def test_files_that_do_not_fit(tmp_path):
    torch.save(get_model("resnet34", weights=None).state_dict(), tmp_path / "r34.pth")
    with pytest.raises(ValueError, match=r"not of this network; they differ in .*layer"):
        Backbone("resnet18", weights=tmp_path / "r34.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(ValueError, match="does not hold a state dict"):
        Backbone("resnet18", weights=tmp_path / "list.pth")
    (tmp_path / "noise.pth").write_bytes(b"noise")
    with pytest.raises(ValueError, match="cannot be read"):
        Backbone("resnet18", weights=tmp_path / "noise.pth")
    with pytest.raises(FileNotFoundError, match=r"gone\.pth"):
        Backbone("resnet18", weights=tmp_path / "gone.pth")


def test_a_pickle_that_runs_code_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    torch.save({"weight": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(ValueError, match="cannot be read"):
        Backbone("resnet18", weights=tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()


def test_no_connection_says_what_to_do(monkeypatch, tmp_path):
    def offline(url, target, *args, **kwargs):
        raise URLError("Name or service not known")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    told = r"Without an internet connection, .*weights=None .* weights='path/to/resnet18-.*pth'"
    with pytest.raises(ConnectionError, match=told):
        Backbone("resnet18", weights="DEFAULT")


def test_a_broken_download_is_noticed(monkeypatch, tmp_path):
    def half(url, target, *args, **kwargs):
        with open(target, "wb") as file:
            file.write(b"half of it")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", half)
    with pytest.raises(ValueError, match=r"damaged.*Delete it and fetch it again"):
        Backbone("resnet18", weights=ResNet18_Weights.IMAGENET1K_V1)


def test_names_and_sizes_are_checked():
    with pytest.raises(ValueError, match=r"did you mean .*'IMAGENET1K_V2'"):
        Backbone("resnet50", weights="imagenet1k_v3")
    with pytest.raises(ValueError, match="not weights of 'resnet50'"):
        Backbone("resnet50", weights=ResNet18_Weights.DEFAULT)
    backbone = Backbone("vit_b_16", image_size=32)
    with pytest.raises(ValueError, match="exactly 32×32 pixels, got 48×32"):
        backbone(torch.randn(1, 3, 48, 32))
    with pytest.raises(ValueError, match="at least 63×63 pixels, got 62×80"):
        Backbone("alexnet")(torch.randn(1, 3, 62, 80))


def test_preprocess_is_the_weights_own():
    backbone = Backbone("resnet18", weights=None)
    x = torch.randint(0, 256, (2, 3, 300, 280), dtype=torch.uint8)
    torch.testing.assert_close(backbone.preprocess(x), ResNet18_Weights.DEFAULT.transforms()(x))
