"""All views there are, in the order in which they are kept up."""

from __future__ import annotations

from typing import Final

from projections.views import accounts, audit_trail, legs, stations, tours
from projections.views import custody as custody_view
from projections.views import findings as findings_view
from projections.views.view import View

VIEWS: Final[tuple[View, ...]] = (
    stations.VIEW,
    custody_view.VIEW,
    audit_trail.VIEW,
    legs.VIEW,
    tours.VIEW,
    accounts.VIEW,
    findings_view.VIEW,
)
