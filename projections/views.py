"""All views there are, in the order in which they are kept up."""

from __future__ import annotations

from typing import Final

from projections import accounts, audit_trail, custody_view, findings_view, legs, stations, tours
from projections.view import View

VIEWS: Final[tuple[View, ...]] = (
    stations.VIEW,
    custody_view.VIEW,
    audit_trail.VIEW,
    legs.VIEW,
    tours.VIEW,
    accounts.VIEW,
    findings_view.VIEW,
)
