"""Computed from a finished state, never by the fold: double entry, conservation, the ledger of seals, proofs."""
