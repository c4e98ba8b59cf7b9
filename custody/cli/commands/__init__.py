"""The commands: one file for each family, with ``register(app)``; named in ``custody.cli.command_table``."""
