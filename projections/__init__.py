"""The reading side of an election: views over the ledger's outcomes, the books that keep them, queries, API and pages.

Imports go one way: ``web`` -> ``queries`` -> ``stores`` -> ``views`` -> ``kept_rows``. Nothing here judges.
"""
