"""Demonstrations on this machine: invented people with computed keys, played acts, brokers and databases as processes.

Nothing here is for a real election; keys are refused outside a ``.invalid`` domain.
"""
