"""Where stories behind the rulebook's vectors are registered, whichever module tells them."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.ledger.journeys import Journey

Story = Callable[[Journey], None]
STORIES: dict[str, tuple[str, tuple[int, ...], Story]] = {}
"""name -> (prelude, rules, story)"""


def tells(prelude: str, *rules: int) -> Callable[[Story], Story]:
    """Register a story about these rules that begins where a prelude ends."""

    def register(story: Story) -> Story:
        STORIES[story.__name__.replace("_", "-")] = (prelude, rules, story)
        return story

    return register
