"""Checks that judges share: one question to one file, each answered by drafts of findings.

``case`` is the act before its judge: the event, its units before it, the parties that signed.
"""
