"""Camera and ears against formulas that a person can check, and against symmetry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmtutor.navigation import BANDS, RAYS, Voice, draw_voice, hear, look
from mmtutor.navigation.senses import DELAY, WALL_DB, walls_between


def hall(size: int = 9) -> np.ndarray:
    walls = np.ones((size, size), dtype=bool)
    walls[1:-1, 1:-1] = False
    return walls


def test_the_middle_ray_measures_and_tells_sheep_from_walls():
    walls, sheep = hall(), np.zeros((9, 9), dtype=bool)
    sheep[4, 7] = True
    seen = look(walls, sheep)
    middle = len(RAYS) // 2
    near, woolly = seen[4, 3, 1, middle]  # looks right at the sheep, four cells away
    assert (1 / near - 1, woolly) == (pytest.approx(3.5), 1)
    near, woolly = seen[4, 3, 3, middle]  # looks left, the wall is three cells away
    assert (1 / near - 1, woolly) == (pytest.approx(2.5), 0)


def test_every_ray_against_small_steps():
    """A ray is walked in steps of a thousandth of a cell: slow, and knows nothing of edges."""
    rng = np.random.default_rng(0)
    walls = hall(11)
    walls[rng.integers(1, 10, 12), rng.integers(1, 10, 12)] = True
    walls[5, 5] = False
    sheep = np.zeros_like(walls)
    sheep[2, 3] = sheep[7, 8] = True
    walls[sheep] = False
    seen = look(walls, sheep)
    for heading in range(4):
        for k, ray in enumerate(RAYS):
            angle = ray + heading * math.pi / 2
            t = 0.0
            while True:
                cell = round(5 - math.cos(angle) * t), round(5 + math.sin(angle) * t)
                if walls[cell] or sheep[cell]:
                    break
                t += 0.001
            near, woolly = seen[5, 5, heading, k]
            assert 1 / near - 1 == pytest.approx(t, abs=0.003)
            assert woolly == sheep[cell]


def test_a_quarter_turn_of_the_world_is_a_quarter_turn_of_the_robot():
    rng = np.random.default_rng(1)
    walls = hall(11)
    walls[rng.integers(1, 10, 15), rng.integers(1, 10, 15)] = True
    walls[4, 6] = False
    sheep = np.zeros_like(walls)
    sheep[4, 6] = True
    voice = draw_voice("ewe", rng).power()
    # np.rot90 turns to the left: a robot that looked up in (3, 8) looks left in (2, 3).
    turned = np.rot90(walls)
    there, before = (2, 3, 3), (3, 8, 0)
    np.testing.assert_allclose(
        look(turned, np.rot90(sheep))[there], look(walls, sheep)[before], atol=1e-6
    )
    heard = hear(turned, [(4, 4)], [voice])[there]
    if walls_between(turned, (4, 4))[2, 3] == walls_between(walls, (4, 6))[3, 8]:
        np.testing.assert_allclose(heard, hear(walls, [(4, 6)], [voice])[before], atol=1e-6)


def test_ears_by_hand():
    """Four cells to the right of a robot that looks up; then behind one wall."""
    walls = hall()
    power = np.array([1e6, 0, 0, 0, 0, 1e4])
    left, right, late = np.split(hear(walls, [(4, 7)], [power])[4, 3, 0].astype(float), [6, 12])
    assert late[0] * 0.5 == pytest.approx(DELAY)  # the whole head
    near, far = ((1 + math.cos(math.radians(a))) / 2 for a in (45, 135))
    for ear, cup in ((right, near), (left, max(far, 0.1))):
        want = 10 * np.log10(1 + 1e6 / 16 * cup**4)
        assert 50 * ear[0] == pytest.approx(want, rel=1e-5)
        assert ear[1] == 0
    walls[4, 5] = True
    damped = hear(walls, [(4, 7)], [power])[4, 3, 0]
    loud = 1 + 1e6 / 16 * near**4
    want = 10 * np.log10(1 + (loud - 1) * 10 ** (-WALL_DB[0] / 10))
    assert 50 * damped[6] == pytest.approx(want, rel=1e-5)


def test_mirrored_sound_changes_ears():
    walls = hall()
    power = np.full(6, 1e5)
    a = hear(walls, [(2, 6)], [power])[4, 4, 0]
    b = hear(walls, [(2, 2)], [power])[4, 4, 0]
    np.testing.assert_allclose(a[:6], b[6:12], atol=1e-6)
    assert a[12] == pytest.approx(-b[12])


def test_two_sources_add_power_and_weigh_the_delay():
    walls, power = hall(), np.full(6, 1e5)
    one = hear(walls, [(4, 6)], [power])[4, 4, 0]
    two = hear(walls, [(4, 6), (4, 6)], [power, power])[4, 4, 0]
    linear = 10 ** (5 * one[6:12].astype(float)) - 1
    np.testing.assert_allclose(10 ** (5 * two[6:12].astype(float)) - 1, 2 * linear, rtol=1e-4)
    both_sides = hear(walls, [(4, 6), (4, 2)], [power, power])[4, 4, 0]
    assert abs(both_sides[12]) < 1e-6


def test_a_voice_keeps_its_power():
    voice = Voice("ewe", 250.0, 1.0, 0.0)
    hertz, amplitude = voice.harmonics()
    assert (amplitude**2).sum() == pytest.approx(1)
    assert np.allclose(hertz % 250, 0)
    inside = ((hertz >= BANDS[0]) & (hertz <= BANDS[-1])).all()
    assert inside
    assert 10 * math.log10(voice.power().sum()) == pytest.approx(60)
    lamb = draw_voice("lamb", np.random.default_rng(0))
    assert lamb.pitch > 420
    assert lamb.power()[0] == 0  # nothing so low
    with pytest.raises(ValueError, match="did you mean 'lamb'"):
        draw_voice("lam", np.random.default_rng(0))
