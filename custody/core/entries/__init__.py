"""Entries: from bytes to a checked entry, with the signatures over it that count.

Admission never judges what an entry means; that is the fold's work.
"""
