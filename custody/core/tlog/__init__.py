"""The log as a Merkle tree, by the C2SP formats: proofs, tiles, notes, checkpoints, cosignatures.

Nothing here knows of ballots, but for the origin that genesis gives a log.
"""
