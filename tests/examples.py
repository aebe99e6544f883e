"""How many examples a property is tried on: few in each change's run, ten times as many weekly.

``HYPOTHESIS_PROFILE=thorough`` chooses the second, and with it the tests marked ``thorough``. The
few are the same in each run (nobody's change fails by another's luck); the many are new each week.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

FEW = 25
TIMES = 10

settings.register_profile("ci", max_examples=FEW, deadline=None, derandomize=True)
settings.register_profile(
    "thorough", max_examples=FEW * TIMES, deadline=None, derandomize=False, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def thorough() -> bool:
    """Whether this is the weekly run."""
    return settings.get_current_profile_name() == "thorough"


def examples(count: int) -> settings:
    """Where the usual number is too many or too few: ``@examples(10)``.

    :param count: in each change's run; the weekly run tries ten times as many.
    """
    return settings(max_examples=count * (TIMES if thorough() else 1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for the weekly run, unless ``-m`` asks for it."""
    if not thorough() and "thorough" not in config.option.markexpr:
        late = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if item not in late]
