"""`python -m zhanggui.cli.simulators --data DIR [--port N] [--notify-base URL]`, or `--init DIR` for the keys alone.

The payment gateways' simulator with that of label services beside it, in one process: neither imports Django or the mall.
"""

import argparse
import signal
import sys
from pathlib import Path

from zhanggui.carriage.simulator.counter import Simulator
from zhanggui.payments.simulator import keys, server


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="simulators", description="Simulates payment gateways (Alipay, WeChat Pay, UnionPay) and label services."
    )
    parser.add_argument("--data", type=Path, help="the mall's data directory; everything goes to its `gateway/`")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port, printed on the first line")
    parser.add_argument("--notify-base", default="", help="address of the mall that gets all notifications")
    parser.add_argument("--pace", type=int, default=30, help="seconds from one step of a parcel's road to the next")
    parser.add_argument("--init", type=Path, metavar="DIR", help="write the keys of both sides and end")
    given = parser.parse_args()
    if given.init:
        keys.init(given.init / "gateway")
        Simulator(given.init / "gateway")
        return 0
    if not given.data:
        parser.error("--data is needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    carriers = Simulator(given.data / "gateway", pace=given.pace)
    carriers.start(given.notify_base)
    beside = dict.fromkeys(carriers.prefixes, carriers.counter)
    return server.run(given.data / "gateway", given.host, given.port, given.notify_base, beside)


if __name__ == "__main__":
    sys.exit(main())
