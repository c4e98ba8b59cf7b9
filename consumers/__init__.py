"""The carriers of what stands on the log: entries to the ledger store, outcomes to views, leaves to tiles; and the monitor.

``loop`` is the one loop of all of them, ``service`` the shell around it.
"""
