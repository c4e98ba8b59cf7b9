"""Pages that tell what went wrong, made once for all who are told the same: telling a crowd to come again has to cost little."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Protocol

from projections.web.models.languages import Tongue

KEPT_MAX: Final = 64

Told = tuple[int, str, str, str]


class PageTemplate(Protocol):
    """Fills a template."""

    def __call__(self, template: str, *, status: int, code: str, sentence: str, tongue: Tongue) -> str:
        """The page."""


class ProblemPages:
    """The pages told last, by what they tell and in which language; those of one application."""

    def __init__(self, render: PageTemplate) -> None:
        """Nothing was told yet."""
        self._render = render
        self._pages: OrderedDict[Told, str] = OrderedDict()

    def page(self, tongue: Tongue, *, status: int, code: str, sentence: str) -> str:
        """The page that tells this."""
        told = (status, code, sentence, tongue.language)
        page = self._pages.pop(told, None)
        if page is None:
            page = self._render("problem.html", status=status, code=code, sentence=sentence, tongue=tongue)
        self._pages[told] = page
        while len(self._pages) > KEPT_MAX:
            self._pages.popitem(last=False)
        return page
