"""Serving an answer: parameters in, validators, caching, health."""
