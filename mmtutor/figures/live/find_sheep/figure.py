"""Drive the robot with both its senses, let policies drive the same map, and race them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from mmtutor.arguments import whole_number
from mmtutor.figures.live.runtime.base import LiveFigure
from mmtutor.figures.live.runtime.modules import javascript
from mmtutor.navigation import BANDS, LIMIT, Walks, Worlds
from mmtutor.navigation.senses import DELAY, WALL_DB

LETTERS = "flr"  # forward, left, right
HARMONICS = 24  # that are played

WORDS = {
    "label": "Find the sheep that bleats: drive a robot by sight and sound, and race policies",
    "task": "Map",
    "task_name": "map {n}",
    "driver": "Who drives",
    "you": "You",
    "hear": "Play what it hears (use headphones)",
    "show_map": "Show the map",
    "left": "Turn left",
    "forward": "Forward",
    "right": "Turn right",
    "again": "Start again",
    "step": "Step",
    "play": "Drive",
    "seat": "The robot's seat: arrow up drives forward, arrow left and right turn",
    "left_ear": "Left ear",
    "right_ear": "Right ear",
    "covered": "The map is covered: find the sheep by what the robot sees and hears. One of four "
    "sheep bleats. The first one you touch ends the drive.",
    "plan": "The map from above, with the way of {driver}: {walked} cells walked",
    "who": "Who",
    "result": "Result",
    "cells": "Cells",
    "steps": "Steps",
    "found": "found it",
    "wrong": "touched a silent sheep",
    "late": "out of steps",
    "going": "on the way",
    "told": "{wall} {sheep} Left ear {left} dB, right ear {right} dB; {sooner}. Bumps: {bump}.",
    "wall": "Straight ahead a wall, {d} cells away.",
    "seen_sheep": "A sheep {side}, {d} cells away.",
    "side_ahead": "straight ahead",
    "side_left": "{angle}° to the left",
    "side_right": "{angle}° to the right",
    "no_sheep": "No sheep in sight.",
    "same_time": "both ears hear it at once",
    "left_first": "the left ear hears it {ms} ms sooner",
    "right_first": "the right ear hears it {ms} ms sooner",
    "said_found": "This is the one: found after {walked} cells and {steps} steps.",
    "said_wrong": "This sheep says nothing: the wrong one.",
    "said_late": "Out of steps.",
}


class FindSheep(LiveFigure):
    """The environment of :mod:`mmtutor.navigation` in the page, for a reader and for policies.

    The page steps, looks and hears itself, by the same formulas; the walks of the policies were
    taken beforehand and are driven once more, action by action. Sound is played in stereo, each
    ear's harmonics as the ears of the robot hear them, but with half the decibels between near and
    far, or most of a map would be silence.

    :param worlds: a few maps with their voices; no distractors.
    :param walks: by the name of a driver, walks in these worlds.
    :param task: which map, from 0.
    :param actions: what the reader has done: "f" forward, "l" left, "r" right.
    :param words: texts to show instead of the English ones; a driver's name may be among them.
    :raises ValueError: no walks, walks in other worlds, or no such map.
    """

    WORDS: ClassVar[dict[str, str]] = WORDS
    HEIGHT: ClassVar[tuple[int, int]] = (940, 1360)

    tasks: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    limit = traitlets.Int(LIMIT).tag(sync=True)
    task = traitlets.Int(0).tag(sync=True)
    driver = traitlets.Unicode("you").tag(
        sync=True, among=lambda figure: ("you", *figure.tasks[0]["walks"])
    )
    actions = traitlets.Unicode("").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    sound = traitlets.Bool(False).tag(sync=True)
    map_shown = traitlets.Bool(False).tag(sync=True)

    _esm = javascript("find_sheep/figure.js")

    def __init__(
        self, worlds: Worlds, walks: Mapping[str, Walks], *, task: int = 0, **state: Any
    ) -> None:
        if not walks:
            raise ValueError("the figure needs somebody who drives, got no walks")
        for name, walked in walks.items():
            if not (
                walked.cell[0].shape == worlds.start.shape
                and (walked.cell[0] == worlds.start).all()
            ):
                raise ValueError(f"the walks of {name!r} begin elsewhere than the worlds do")
        whole_number("task", task, most=len(worlds) - 1)
        tasks = [
            {
                "map": str(worlds.maps[i]),
                "power": worlds.voices[i].power().tolist(),
                "harmonics": [
                    list(pair) for pair in zip(*worlds.voices[i].harmonics(), strict=True)
                ][:HARMONICS],
                "octaves": list(BANDS),
                "wall_db": WALL_DB.tolist(),
                "delay": DELAY,
                "walks": {name: letters(walked, i) for name, walked in walks.items()},
            }
            for i in range(len(worlds))
        ]
        super().__init__(tasks=tasks, task=task, **state)


def letters(walks: Walks, world: int) -> str:
    """The actions of one walk, a letter each."""
    return "".join(LETTERS[a] for a in walks.action[:, world].tolist() if a >= 0)
