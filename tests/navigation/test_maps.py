"""Maps: drawn, read, refused; the shortest way against a second search."""

from __future__ import annotations

import numpy as np
import pytest

from mmtutor.navigation import HEADINGS, draw_map, geodesic, read_map

SMALL = """
#######
#>....#
###.###
#s...S#
#######
"""


def test_a_map_is_text_and_text_is_a_map():
    small = read_map(SMALL)
    assert (small.start, small.heading, small.goal, small.silent) == ((1, 1), 1, (3, 5), ((3, 1),))
    assert str(small) == SMALL.strip()
    for seed in range(5):
        drawn = draw_map(seed)
        again = read_map(str(drawn))
        assert str(again) == str(drawn)
        assert set(again.silent) == set(drawn.silent)
        assert again.goal == drawn.goal
    assert HEADINGS[small.heading] == ">"


def test_the_shortest_way_is_a_fixed_point_of_its_equation():
    """Bellman's equation has one solution with 0 at the target: checked cell by cell."""
    for seed in range(4):
        drawn = draw_map(seed)
        blocked = drawn.blocked()
        found = geodesic(blocked, drawn.goal)
        assert found[drawn.goal] == 0
        assert (found[blocked] == -1).all()
        far = np.where(found < 0, 10**6, found)
        for cell in np.argwhere(~blocked):
            r, c = cell
            beside = [far[r - 1, c], far[r + 1, c], far[r, c - 1], far[r, c + 1]]
            if tuple(cell) != drawn.goal:
                assert found[r, c] == 1 + min(beside)


def test_drawn_maps_keep_what_they_promise():
    assert str(draw_map(7)) == str(draw_map(7)) != str(draw_map(8))
    for seed in range(12):
        drawn = draw_map(seed, far=5)
        for sheep in (drawn.goal, *drawn.silent):
            blocked = drawn.walls.copy()
            for other in (drawn.goal, *drawn.silent):
                blocked[other] = other != sheep
            assert geodesic(blocked, sheep)[drawn.start] >= 5


def test_which_sheep_bleats_is_drawn_last():
    """No place among the four is the goal's: neither the nearest nor the first in reading order."""
    first = nearest = 0
    for seed in range(200):
        drawn = draw_map(seed)
        sheep = [drawn.goal, *drawn.silent]
        first += min(sheep) == drawn.goal
        ways = geodesic(drawn.walls, drawn.start)
        best = min(ways[s] for s in sheep)
        nearest += (ways[drawn.goal] == best) / sum(ways[s] == best for s in sheep)
    for hits in (first, nearest):  # a quarter, within three standard errors of 3.1 points
        assert abs(hits / 200 - 0.25) < 0.093


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a map is text"),
        (None, "a map is text"),
        ("#####\n#>.S#\n####", "rectangle: its first row has 5 signs, another 4"),
        ("#####\n#>.x#\n#####", "signs .* got 'x'"),
        ("#####\n#>.S.\n#####", "walls all around"),
        ("#####\n#>..#\n#####", "one goal S, got 0"),
        ("#####\n#>SS#\n#####", "one goal S, got 2"),
        ("#####\n#..S#\n#####", "one robot.* got 0"),
        ("#####\n#>#S#\n#####", "no way leads"),
        ("######\n#>.sS#\n######", "no way leads"),
    ],
)
def test_bad_maps_are_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        read_map(text)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": "seven"}, "seed must be a whole number"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 0, "size": 10}, "size must be odd"),
        ({"seed": 0, "size": 7, "silent": 20}, "find no room"),
        ({"seed": 0, "size": 7, "far": 90}, "find no room"),
    ],
)
def test_bad_dials_are_refused_in_words(options, says):
    with pytest.raises(ValueError, match=says):
        draw_map(**options)
