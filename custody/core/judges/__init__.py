"""What one event means: one file for each family, joined in ``table``.

A judge is a pure function from a case to a verdict; it never touches the state.
"""
