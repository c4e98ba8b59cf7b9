"""The front door of an operator: looks at what devices hand in, appends it to the log, and answers with signed receipts.

It may refuse; nothing behind it does. ``http`` is the way in, ``writer`` the one that appends.
"""
