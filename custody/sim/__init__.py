"""Simulated elections from a seed: people who err and cheat, devices and brokers that fail.

``watch`` checks everything at each step.
"""
