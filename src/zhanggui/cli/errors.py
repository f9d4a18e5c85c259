"""Why a command ends without having done its work."""

import sys
from typing import Any


class CommandFailed(Exception):
    """The work failed: one line for stderr, exit code 1."""


class WrongCall(Exception):
    """The call itself is wrong: one line for stderr, exit code 2."""


def explained(error: Exception) -> str:
    """What went wrong in words a person can act on."""
    if isinstance(error, CommandFailed):
        return str(error)
    problems = sys.modules.get("zhanggui.kernel.problems")
    if problems is not None and isinstance(error, problems.Problem):
        return _with_fields(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    utils = sys.modules.get("django.db.utils")
    if utils is not None and isinstance(error, utils.OperationalError | utils.InterfaceError):
        return f"the database does not answer: {error}"
    return f"unexpected {type(error).__name__}: {error} (ZHANGGUI_DEBUG=1 shows where)"


def _with_fields(problem: Any) -> str:
    """A refusal; where fields are wrong, those instead of the sentence that points to them."""
    fields = [error.as_dict("en") for error in problem.errors]
    if not fields:
        return str(problem)
    return f"{problem.code}: " + "; ".join(f"{f['loc']}: {f['message']}" for f in fields)
