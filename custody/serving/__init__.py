"""Shared by every program that answers over HTTP: listening, health, readiness and problems."""
