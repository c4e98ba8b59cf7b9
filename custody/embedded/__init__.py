"""One election in one directory: log, books, checkpoints and devices, as programs of one machine open them."""
