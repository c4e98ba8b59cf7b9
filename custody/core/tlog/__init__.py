"""The log as a Merkle tree, by the C2SP formats: proofs, tiles, notes, checkpoints, cosignatures.

Written here and not taken from a package: a verdict rests on them, so they stay pure, strict in what they accept, and short
enough to be read beside the specifications.

Nothing here knows of ballots, but for the origin that genesis gives a log.
"""
