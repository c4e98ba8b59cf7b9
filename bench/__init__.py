"""Benchmarks: how fast this program is against the bare tool under it, both measured in the same run."""
