"""The independent audit of an archive or a running log: it ends with a ``verdict``.

It imports nothing that the operator runs (`make check` holds that).
"""
