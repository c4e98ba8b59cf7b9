"""From bytes to a checked entry: what an entry may be, and which signatures over it count.

Admission never judges what an entry means; that is the fold's work.
"""
