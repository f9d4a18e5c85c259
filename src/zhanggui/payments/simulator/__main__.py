"""`python -m zhanggui.payments.simulator --data DIR [--port N] [--notify-base URL]`, or `--init DIR` for the keys alone."""

import argparse
import signal
import sys
from pathlib import Path

from . import keys, server


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="gateway-simulator", description="Simulates Alipay, WeChat Pay v3 and UnionPay."
    )
    parser.add_argument("--data", type=Path, help="the mall's data directory; everything goes to its `gateway/`")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port, printed on the first line")
    parser.add_argument("--notify-base", default="", help="address of the mall that gets all notifications")
    parser.add_argument("--init", type=Path, metavar="DIR", help="write the key pairs of both sides and end")
    given = parser.parse_args()
    if given.init:
        keys.init(given.init / "gateway")
        return 0
    if not given.data:
        parser.error("--data is needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return server.run(given.data / "gateway", given.host, given.port, given.notify_base)


if __name__ == "__main__":
    sys.exit(main())
