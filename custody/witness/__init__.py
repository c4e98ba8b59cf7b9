"""A log witness by itself (C2SP tlog-witness): cosigns other people's checkpoints over HTTP.

It needs few packages (docs/witness.md).
"""
