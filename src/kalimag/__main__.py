"""Let ``python -m kalimag`` be the same as ``kalimag``."""

from kalimag.cli import main

if __name__ == "__main__":
    main()
