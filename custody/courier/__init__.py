"""A device of officials and couriers: what it knows, drafts, signs, keeps in its outbox and hands in.

Everything but handing in works without a network.
"""
