"""Chapter 2's figure has the maps of torch, and marks what a cell sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from mmtutor.figures.live import FeatureMaps
from mmtutor.figures.live.feature_maps.figure import SIDE

FILES = ("feature_maps/maps.js",)


def a_network(filters: int = 4) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * filters, 10),
    ).eval()  # fmt: skip


def pictures() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    ink = torch.zeros(2, SIDE, SIDE)
    ink[:, 4:12, 4:12] = torch.randint(0, 17, (2, 8, 8), generator=generator) / 16
    return {"one": ink[0], "two": ink[1]}


def a_figure(**state) -> FeatureMaps:
    return FeatureMaps(a_network(), pictures(), **state)


def test_the_page_has_the_maps_of_torch(run_js):
    network, shown = a_network(), a_figure()
    for name, right, down in (("one", 0, 0), ("two", 3, -2), ("two", -4, 4)):
        pixels = pictures()[name]
        there = torch.zeros(SIDE, SIDE)  # moved by hand; the ink stays in the frame
        there[4 + down : 12 + down, 4 + right : 12 + right] = pixels[4:12, 4:12]
        for block in (1, 2):
            ours = run_js(
                FILES,
                "mapsOf(moved(given.pixels, given.right, given.down), given.layers, given.block)",
                {"pixels": pixels.flatten().tolist(), "right": right, "down": down,
                 "layers": shown.layers, "block": block},
            )  # fmt: skip
            with torch.no_grad():
                theirs = network[: 3 * block](there[None, None])[0].flatten(1)
            np.testing.assert_allclose(ours, theirs.numpy(), atol=2e-3)


@pytest.mark.parametrize("block", [1, 2])
def test_a_cell_sees_what_the_gradient_says(run_js, block):
    pool = nn.AvgPool2d(2)
    layers = [nn.Conv2d(1, 1, 3, padding=1), pool, nn.Conv2d(1, 1, 3, padding=1), pool]
    for cell in range(SIDE >> block):
        x = torch.zeros(1, 1, SIDE, SIDE, requires_grad=True)
        nn.Sequential(*layers[: 2 * block])(x)[0, 0, cell, cell].backward()
        rows = (x.grad[0, 0] != 0).any(dim=1).nonzero()[:, 0]
        assert run_js(FILES, "seen(given.cell, given.block)", {"cell": cell, "block": block}) == [
            int(rows[0]),
            int(rows[-1]),
        ]


def test_keyboard_alone_moves_marks_and_draws(open_figure, said):
    figure, network = a_figure(), a_network()
    page = open_figure(figure)

    def value(pixels, block, filter_, row, column):
        with torch.no_grad():
            return float(network[: 3 * block](pixels[None, None])[0, filter_, row, column])

    one, two = pictures().values()
    blank = torch.zeros(SIDE, SIDE)
    assert "This cell sees 4 × 4 pixels, rows 4 to 7 and columns 4 to 7" in said(page)
    assert f"filter 1, row 3, column 3: {value(one, 1, 0, 2, 2):.2f}" in said(page)
    text = said(page, "Tab", "ArrowRight")  # picture
    assert f"filter 1, row 3, column 3: {value(two, 1, 0, 2, 2):.2f}" in text
    said(page, "Tab", "Tab")  # layer, clear
    text = said(page, "Tab", "ArrowRight", "ArrowRight")  # moved to the right
    assert f"{value(two.roll(2, 1), 1, 0, 2, 2):.2f}. This cell" in text
    assert f"Before the picture was moved, it was {value(two, 1, 0, 2, 2):.2f}" in text
    text = said(page, "Shift+Tab", "Shift+Tab", "ArrowRight")  # the second layer
    assert "Layer 2, filter 1, row 2, column 2" in text
    assert "sees 10 × 10 pixels, rows 2 to 11 and columns 2 to 11" in text
    text = said(page, "Tab", "Enter")  # clear
    assert f"row 2, column 2: {value(blank, 2, 0, 1, 1):.2f}" in text
    said(page, *["Tab"] * 4)  # right, down, filter, the board
    text = said(page, *["ArrowDown", "ArrowRight"] * 5, "Space")
    blank[5, 5] = 1
    assert f"row 2, column 2: {value(blank, 2, 0, 1, 1):.2f}" in text
    text = said(page, "Tab", "ArrowDown")  # the map
    assert "row 3, column 2" in text
    assert "rows 6 to 15 and columns 2 to 11" in text


def test_it_can_be_read_and_fits(look_at):
    look_at(a_figure(block=2, row=2, column=2))


@pytest.mark.parametrize(
    ("state", "said"),
    [({"right": 5}, "right must be a whole number in -4…4"), ({"block": 3}, "block must .* in 1…2"),
     ({"filter": 5}, "filter must .* in 1…4"), ({"picture": 3}, "picture must .* in 0…2"),
     ({"drawing": "g" * 256}, "hexadecimal"), ({"row": 9}, "row must .* in 1…8")],
)  # fmt: skip
def test_bad_state_is_refused(state, said):
    with pytest.raises(ValueError, match=said):
        a_figure(**state)


def test_another_network_or_picture_is_refused():
    with pytest.raises(TypeError, match="two convolutions, this network has 1"):
        FeatureMaps(nn.Conv2d(1, 4, 3, padding=1), pictures())
    with pytest.raises(ValueError, match="padding 1 is needed"):
        FeatureMaps(nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3)), pictures())
    with pytest.raises(ValueError, match=r"'small' must have shape \(16, 16\)"):
        FeatureMaps(a_network(), {"small": torch.zeros(8, 8)})
