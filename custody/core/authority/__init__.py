"""Authority: the right to sign, and the right to read before the last station has closed.

Parties hold units, keys belong to persons in roles, rules ask for quorums, devices number what is made on them.
"""
