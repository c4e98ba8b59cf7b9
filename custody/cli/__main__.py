"""``python -m custody.cli``: the same as ``custody``."""

from custody.cli import main

if __name__ == "__main__":
    main()
