"""One round of forecasts: a JSON object comes on standard input, JSON lines go out.

In: `{"horizon": weeks, "series": [[units, …], …], "weights": […]}`. Out: `{"done": n}` now and then, and at the end
`{"chosen": [{kind, model, weeks, deviation, trials, errors}, …]}` in the order of the series.
"""

import json
import sys
from dataclasses import asdict

from .backtest import choose

EVERY = 25


def say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    asked = json.load(sys.stdin)

    def told(done: int) -> None:
        if done % EVERY == 0:
            say({"done": done})

    chosen = choose(asked["series"], asked["horizon"], asked.get("weights"), told)
    say({"chosen": [asdict(each) for each in chosen]})


if __name__ == "__main__":
    main()
