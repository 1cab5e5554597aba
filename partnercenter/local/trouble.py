"""What can go wrong before the product runs, said in one sentence."""


class Trouble(Exception):
    """Ends the command with this sentence and exit code 1."""
