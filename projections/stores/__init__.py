"""Where outcomes and rows are kept: ``ports`` says what a store promises, SQLite and PostgreSQL keep it."""
