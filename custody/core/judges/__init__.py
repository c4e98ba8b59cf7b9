"""Judges: the meaning of one event, one file for each family, joined in ``table``.

A judge is a pure function from a case to a verdict; it never touches the state.
"""
