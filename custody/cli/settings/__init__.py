"""Settings of the environment: where log and books are, and how it is reached."""
