"""Sentences for people, in English, Russian and Kazakh from one catalogue (``custody/data/sentences``).

``messages`` makes a message, ``message_format`` fills it in, ``event_sentences`` has one sentence for each type of event,
``finding_codes`` every code of a finding. ``outcomes`` are the words in which the ledger speaks to programs.
"""
