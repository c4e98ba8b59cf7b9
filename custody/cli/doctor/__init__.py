"""The looks of ``custody doctor``, one thing at a time."""
