"""``python -m softmark``: the command line, for where its script is not on the path."""

from softmark.cli import main

if __name__ == "__main__":
    main()
