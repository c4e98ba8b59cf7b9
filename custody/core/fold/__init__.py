"""The fold: the time at which a verdict takes effect, and all that follows; the only code that changes a ``State``.

``acts`` judges an event when what it names is there; ``effects`` puts a verdict into force and takes it out; ``disputes``,
``corrections`` and ``decisions`` change what is in force; ``log_time`` and ``waiting`` say what falls due;
``outcome_docs`` tells it.
"""
