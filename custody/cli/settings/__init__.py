"""What a program is told by its environment: where log and books are, and how it is reached."""
