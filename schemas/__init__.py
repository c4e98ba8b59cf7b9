"""The words of the log: one model for each event type, one module for each family, one way from payload bytes to an event.

``base`` says what all events have in common, ``union`` which types there are. Imports nothing of the project.
"""
