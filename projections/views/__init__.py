"""The views: one question to one file, each a pure function from outcomes to rows; listed in ``all_views``."""
