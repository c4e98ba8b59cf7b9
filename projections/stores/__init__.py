"""Stores of outcomes and rows: ``ports`` says what a store promises, SQLite and PostgreSQL keep it."""
