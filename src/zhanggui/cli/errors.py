"""Why a command ends without having done its work."""


class CommandFailed(Exception):
    """The work failed: one line for stderr, exit code 1."""


class WrongCall(Exception):
    """The call itself is wrong: one line for stderr, exit code 2."""
