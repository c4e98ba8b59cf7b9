"""The state of an election at one log position: a ``State``, owned by one ``Ledger`` and changed by the fold alone.

``units`` are immutable snapshots, ``unit_history`` the tree of acts of each; ``registers`` what is no unit; ``book`` a station's
figures; the modules named ``finding...`` the findings and where each is looked up; ``verdict`` what a judge answers.
"""
