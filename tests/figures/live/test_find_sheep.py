"""The figure of the silent sheep: the page's robot is that of the environment, key by key."""

from __future__ import annotations

import pytest
import torch

from mmtutor.figures.live import FindSheep
from mmtutor.navigation import draw_worlds, walk

DRIVE = ("find_sheep/drive.js",)
SENSED = """(() => {
    const map = readMap(given.map);
    const all = walkAlong(map, given.walks.chance, 100);
    const seen = all.way.map((at) => [at, look(map, at), hear(map, at, given)]);
    return { ...all, seen };
})()"""
KEYS = {"f": "ArrowUp", "l": "ArrowLeft", "r": "ArrowRight"}


@pytest.fixture(scope="module")
def worlds():
    return draw_worlds(range(3))


@pytest.fixture(scope="module")
def walks(worlds):
    def anything(inputs, memory):
        return torch.tensor([[1.0, 0.0, 0.0]]).expand(3, 3), memory

    return {"expert": walk(worlds), "chance": walk(worlds, anything, seed=2)}


def test_the_page_steps_looks_and_hears_as_the_worlds_do(run_js, worlds, walks):
    """Random walks: places, eleven rays, twelve octaves and the delay at every step."""
    chance = walks["chance"]
    for i, task in enumerate(FindSheep(worlds, walks).tasks):
        got = run_js(DRIVE, SENSED, task)
        assert got["success"] == bool(chance.success[i])
        assert (got["walked"], got["collisions"]) == (chance.walked[i], chance.collisions[i])
        for t, (at, rays, heard) in enumerate(got["seen"]):
            cell, heading = int(chance.cell[t, i]), int(chance.heading[t, i])
            row, column = divmod(cell, worlds.width)
            assert at == {"row": row, "column": column, "heading": heading}
            image, audio = worlds.image[i, cell, heading], worlds.audio[i, cell, heading]
            seen = torch.tensor([[1 / (1 + ray["distance"]), ray["sheep"]] for ray in rays])
            torch.testing.assert_close(seen, image, atol=1e-5, rtol=0)
            powers = torch.tensor(heard["left"] + heard["right"], dtype=torch.float64)
            level = 10 * torch.log10(1 + powers) / 50
            torch.testing.assert_close(level.float(), audio[:12], atol=1e-5, rtol=0)
            assert heard["delay"] / 0.5 == pytest.approx(float(audio[12]), abs=1e-5)


def test_driven_by_keys_to_the_goal_and_raced(open_figure, said, worlds, walks):
    drivers = {"expert": walks["expert"], "hear": walks["chance"]}  # "hear" is a word of the figure
    figure = FindSheep(worlds, drivers, task=1)
    page = open_figure(figure)
    assert page.locator(".fs-plan").is_hidden()
    page.locator(".fs-seat").focus()
    way = figure.tasks[1]["walks"]["expert"]
    said(page, "ArrowLeft", "ArrowRight")  # two steps more than the expert
    walked, steps = int(worlds.shortest[1]), len(way) + 2
    text = said(page, *(KEYS[action] for action in way))
    assert f"found after {walked} cells and {steps} steps" in text
    assert f"{steps} steps" in said(page, "ArrowUp")  # the drive is over
    assert page.locator(".fs-plan").is_visible()
    rows = page.locator(".fs-race tbody tr").all_inner_texts()
    told = {row.split("\t")[0]: row.split("\t")[2:] for row in rows}
    assert told["You"] == [str(walked), str(steps)]
    assert told["expert"] == [str(walked), str(len(way))]
    assert set(told) == {"You", "expert", "hear"}


def test_a_policy_drives_by_dial(open_figure, said, worlds, walks):
    page = open_figure(FindSheep(worlds, walks, driver="expert"))
    page.locator("input[type=range]").focus()
    assert f"found after {int(worlds.shortest[0])} cells" in said(page, "End")
    text = said(page, "Home")
    assert "found" not in text
    assert "Left ear" in text


def test_accessible_and_fits(look_at, worlds, walks):
    look_at(FindSheep(worlds, walks, map_shown=True), FindSheep(worlds, walks, driver="expert"))


def test_bad_input_is_refused_in_words(worlds, walks):
    for message, bad in (
        ("got no walks", {"walks": {}}),
        ("begin elsewhere", {"worlds": draw_worlds(range(5, 8))}),
        ("task must be a whole number in 0…2", {"task": 3}),
        ("did you mean 'expert'", {"driver": "experts"}),
    ):
        with pytest.raises(ValueError, match=message):
            FindSheep(**{"worlds": worlds, "walks": walks, **bad})
