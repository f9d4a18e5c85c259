"""`python -m zhanggui.cli COMMAND …`: finds the command, runs it, turns a failure into one line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from .data_dir import DataDir
from .errors import CommandFailed, WrongCall, explained

#: Command → its file in `commands/` and one line of help. The file is imported only when it is called.
COMMANDS = {
    "up": ("up", "start the mall and keep it running until SIGINT or SIGTERM"),
    "test": ("test", "run all the tests"),
    "import": ("import_", "bring in products, customers or orders from another platform's file"),
    "report": ("report", "print an operations report"),
    "token": ("token", "print a bearer token for scripts and tests"),
    "bench": ("bench", "run a benchmark beside its limit"),
    "backup": ("backup", "write a consistent backup of the mall into one file"),
    "restore": ("restore", "restore a backup into an empty data directory"),
    "doctor": ("doctor", "check every stored invariant"),
}


class Parser(argparse.ArgumentParser):
    """argparse that answers a wrong call in one line."""

    def error(self, message: str) -> NoReturn:
        raise WrongCall(f"{message} (see `{self.prog} --help`)")


def parse(argv: list[str]) -> tuple[ModuleType, argparse.Namespace]:
    """The command's module and its arguments. Raises WrongCall."""
    overview = Parser(prog="./zhanggui", description="掌柜 Zhanggui, a mall platform.", allow_abbrev=False)
    listed = overview.add_subparsers(title="commands", metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        listed.add_parser(name, help=summary)
    if not argv:
        raise WrongCall(f"which command? {', '.join(COMMANDS)} (see `./zhanggui --help`)")
    if argv[0] in ("-h", "--help"):
        overview.print_help()
        raise SystemExit(0)
    name, *rest = argv
    if name not in COMMANDS:
        raise WrongCall(f"there is no command {name!r}; there are {', '.join(COMMANDS)}")
    file, summary = COMMANDS[name]
    command = importlib.import_module(f"{__package__}.commands.{file}")
    parser = Parser(prog=f"./zhanggui {name}", description=command.__doc__ or summary, allow_abbrev=False)
    command.add_arguments(parser)
    if name == "test" and rest not in (["-h"], ["--help"]):
        return command, argparse.Namespace(pytest=rest)  # every argument is pytest's
    default = os.environ.get("ZHANGGUI_DATA") or "var"
    parser.add_argument("--data", metavar="DIR", default=default, help="data directory ($ZHANGGUI_DATA, else ./var)")
    args = parser.parse_args(rest)
    if not args.data:
        raise WrongCall("--data needs a directory")
    args.data = DataDir(Path(args.data).expanduser().absolute())
    return command, args


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 the work failed, 2 the call was wrong."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        command, args = parse(argv)
        return int(command.run(args) or 0)
    except WrongCall as error:
        return _say(str(error), 2)
    except CommandFailed as error:
        return _say(str(error), 1)
    except KeyboardInterrupt:
        return _say("interrupted", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # the last door: a person at a terminal gets a line, not a traceback
        if os.environ.get("ZHANGGUI_DEBUG"):
            raise
        return _say(explained(error), 1)


def _say(message: str, code: int) -> int:
    print(f"zhanggui: {' '.join(message.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
