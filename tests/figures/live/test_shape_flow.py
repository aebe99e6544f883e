"""The figure of shapes says what torch says, and breaks where torch breaks."""

from __future__ import annotations

import itertools

import pytest
import torch
from playwright.sync_api import expect
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from torchvision.models import resnet50

from mmtutor.figures.live import ShapeFlow
from mmtutor.figures.live.shape_flow.figure import CLASSES, IMAGE_WIDTH, LENGTHS, STOPS, WORDS

FILES = ("shape_flow/shapes.js",)


def torch_says(form, order, batch, layers, both_ways, embedding, hidden):
    """The caption's branch, run: {step: shape, or what torch complains of}."""
    lengths = list(LENGTHS[:batch])
    lengths = sorted(lengths, reverse=True) if order == "sorted" else lengths
    ids = torch.zeros(batch, max(lengths), dtype=torch.long)
    lstm = nn.LSTM(embedding, hidden, layers, batch_first=True, bidirectional=both_ways)
    vectors = nn.Embedding(10, embedding)(ids)
    said = {"ids": ids.shape, "vectors": vectors.shape}
    try:
        packed = pack_padded_sequence(
            vectors, torch.tensor(lengths), batch_first=True, enforce_sorted=form == "listing"
        )
    except RuntimeError as error:
        return {**said, "packed": str(error)}
    _, (h_n, _) = lstm(packed)
    ways = 2 if both_ways else 1
    taken = {
        "listing": lambda: h_n.squeeze(0),
        "view": lambda: h_n.reshape(batch, -1),
        "mended": lambda: h_n.unflatten(0, (-1, ways))[-1].transpose(0, 1).flatten(1),
    }[form]()
    said |= {"packed": packed.data.shape, "h_n": h_n.shape, f"taken_{form}": taken.shape}
    try:
        width = IMAGE_WIDTH if form == "mended" else embedding  # embed_size twice
        joint = torch.cat([torch.zeros(batch, width), taken], dim=1)
    except RuntimeError as error:
        return {**said, "cat": str(error)}
    if form == "listing":
        return {**said, "cat": joint.shape, "no_head": joint.shape}
    return {**said, "cat": joint.shape, "head": nn.Linear(joint.shape[1], CLASSES)(joint).shape}


def test_the_captions_branch_has_the_shapes_of_torch(run_js):
    sizes = ([1, 2, 4, 6], [1, 2, 3], [False, True], [16, 64], [32])
    cases = list(itertools.product(("listing", "view", "mended"), ("sorted", "unsorted"), *sizes))
    keys = ("form", "order", "batch", "layers", "both_ways", "embedding", "hidden")
    fixed = {
        "pixels": 48, "lengths": list(LENGTHS), "image_width": IMAGE_WIDTH, "classes": CLASSES,
    }  # fmt: skip
    points = [{**fixed, **dict(zip(keys, case, strict=True))} for case in cases]
    told = run_js(FILES, "given.map(shapesOf)", points)
    stopped = 0
    for case, steps in zip(cases, told, strict=True):
        theirs = torch_says(*case)
        shown = [*steps["captions"], *steps["together"]]
        reached = [step for step in shown if step.get("shape") or step.get("error")]
        assert [step["name"] for step in reached] == list(theirs), case
        for step, said in zip(reached, theirs.values(), strict=True):
            if "error" in step:
                stopped += 1
                assert said.startswith(WORDS[step["error"]].removeprefix("RuntimeError: ")), case
            else:
                assert tuple(step["shape"]) == tuple(said), (case, step["name"])
                assert len(step["letters"]) == len(step["shape"])
    assert stopped > 20


def test_the_pictures_branch_has_the_shapes_of_a_resnet50(run_js):
    with torch.device("meta"):  # shapes without work
        net = resnet50(weights=None).eval()
        net.fc = nn.Linear(2048, IMAGE_WIDTH)
    at = {**{name: stops[0] for name, stops in STOPS.items()}, "form": "mended", "order": "sorted"}
    at |= {"both_ways": False, "lengths": list(LENGTHS), "image_width": IMAGE_WIDTH, "classes": 9}
    seen = {}
    layers = [f"layer{k}" for k in (1, 2, 3, 4)]
    parts = {"stem": "maxpool", **dict(zip(layers, layers, strict=True)), "last": "fc"}
    for name, path in parts.items():
        net.get_submodule(path).register_forward_hook(
            lambda _m, _i, out, name=name: seen.update({name: tuple(out.shape)})
        )
    for pixels in STOPS["pixels"]:
        net(torch.empty(2, 3, pixels, pixels, device="meta"))
        told = run_js(FILES, "shapesOf(given).pictures", {**at, "batch": 2, "pixels": pixels})
        shown = {step["name"]: tuple(step["shape"]) for step in told}
        assert shown.pop("image") == (2, 3, pixels, pixels)
        assert shown.pop("avgpool") == (2, 2048)
        assert shown == seen


def test_the_listing_gives_pictures_the_width_of_a_word_vector(run_js):
    at = {**{name: stops[0] for name, stops in STOPS.items()}, "order": "sorted", "classes": 9}
    at |= {"both_ways": False, "lengths": list(LENGTHS), "image_width": IMAGE_WIDTH}
    for form, embedding in itertools.product(("listing", "view", "mended"), (16, 128)):
        told = run_js(FILES, "shapesOf(given)", {**at, "form": form, "embedding": embedding})
        width = IMAGE_WIDTH if form == "mended" else embedding
        assert told["pictures"][-1]["shape"] == [at["batch"], width]
        assert told["together"][0]["shape"] == [at["batch"], width + at["hidden"]]


@pytest.mark.parametrize("form", ["view", "mended"])
def test_rows_hold_the_states_of_whom_they_say(run_js, form):
    """Write each sample's number into its states, and read what lands in which row."""
    for batch, layers, both_ways in itertools.product((1, 2, 3, 5), (1, 2, 3), (False, True)):
        ways = 2 if both_ways else 1
        h_n = torch.arange(batch).float()[None, :, None].expand(layers * ways, batch, 4)
        if form == "view":
            rows = h_n.reshape(batch, -1)
        else:
            rows = h_n.unflatten(0, (-1, ways))[-1].transpose(0, 1).flatten(1)
        theirs = rows.unflatten(1, (-1, 4))[..., 0].int().tolist()
        at = {"form": form, "batch": batch, "layers": layers, "both_ways": both_ways}
        assert run_js(FILES, "owners(given)", at) == theirs


def test_keyboard_alone_works_every_control(open_figure, said):
    page = open_figure(ShapeFlow())

    def shows(step, text):
        expect(page.locator(f"[data-step={step}]")).to_contain_text(text)

    assert "It runs. Its output has 64 numbers" in said(page)
    text = said(page, *["Tab"] * 5, "ArrowRight")  # over form, order, batch, pixels to layers
    assert "It stops at torch.cat: hn has 2 states" in text
    expect(page.locator("[data-step=cat]")).to_contain_class("sf-stop")
    shows("cat", "got 2 and 3")
    expect(page.locator("[data-step=no_head]")).to_contain_class("sf-never")
    text = said(page, *["Shift+Tab"] * 4, "ArrowRight")  # the wrong cure
    assert "row 0 holds states of sample 0, sample 1" in text
    expect(page.locator(".sf-foreign").first).to_be_visible()
    assert "Row b holds states of sample b" in said(page, "ArrowRight")  # made right
    expect(page.locator(".sf-foreign")).to_have_count(0)
    assert "Row b holds" in said(page, "Tab", "ArrowRight")
    expect(page.get_by_label("as they come")).to_be_checked()
    assert "It runs: 9 scores for each sample" in said(page, "Tab", "Home")
    expect(page.locator(".sf-words rect")).to_have_count(3)
    said(page, "Tab", "End")
    shows("image", "(1, 3, 224, 224)")
    shows("layer4", "(1, 2048, 7, 7)")
    said(page, "Tab", "Tab", "Home")
    shows("vectors", "(1, 3, 16)")
    said(page, "Tab", "End")
    shows("h_n", "(2, 1, 128)")
    said(page, "Tab", "Space")
    shows("h_n", "(4, 1, 128)")
    shows("taken_mended", "(1, 256)")


def test_the_listing_stops_at_unsorted_captions(open_figure, said):
    page = open_figure(ShapeFlow(order="unsorted"))
    assert "stops at the packing" in said(page)
    assert page.locator(".sf-stop").count() == 1
    assert page.locator(".sf-never").count() == 4
    assert not page.locator(".sf-rows").is_visible()


def test_a_batch_of_one_hides_the_wrong_cure(open_figure, said):
    assert "would have passed" in said(open_figure(ShapeFlow(form="view", batch=1, layers=2)))
    assert "it is right, because" in said(open_figure(ShapeFlow(form="view")))


def test_accessible_and_fits(look_at):
    figures = [
        ShapeFlow(),
        ShapeFlow(layers=2, order="unsorted"),
        ShapeFlow(form="view", layers=3, both_ways=True, batch=6, hidden=128, pixels=224),
    ]
    look_at(*figures)
