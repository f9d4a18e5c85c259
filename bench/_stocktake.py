"""A stock-take in the mall's own database: a file with a row for every line, taken in by the mall's worker, then put into the book.

    python -m bench._stocktake 20000

Prints the seconds of each step as JSON. Every counted number is one more than the book's, so that every line is a difference.
"""

import json
import sys
import time

STEPS = ("start", "import", "submit", "approve", "post")


def main(lines: int) -> dict[str, float]:
    import django

    django.setup()
    from zhanggui.inventory import services
    from zhanggui.inventory.types import CountRow
    from zhanggui.kernel import db
    from zhanggui.kernel.actor import SYSTEM, Actor

    counter, approver = (Actor("staff", i, name, frozenset({"*"})) for i, name in ((1, "counter"), (2, "approver")))
    skus = db.rows("select k.id, k.code, l.on_hand, l.warehouse_id from catalog_sku k join inventory_level l on l.sku_id = k.id"
                   " order by k.id limit %s", (lines,))  # fmt: skip
    took: dict[str, float] = {}
    begun = time.monotonic()

    def done(step: str) -> None:
        nonlocal begun
        took[step], begun = round(time.monotonic() - begun, 2), time.monotonic()

    number = services.start_count(skus[0]["warehouse_id"], sku_ids=[sku["id"] for sku in skus], actor=counter)
    done("start")
    rows = [CountRow(i, sku["code"], "", "", str(sku["on_hand"] + 1)) for i, sku in enumerate(skus, 2)]
    services.add_count_file(number, "bench.xlsx", rows, actor=counter)
    while db.row("select 1 from inventory_countfile where done < total limit 1"):
        time.sleep(0.05)
    done("import")
    services.submit_count(number, reason="bench", actor=counter)
    done("submit")
    services.approve_count(number, actor=approver)
    done("approve")
    told = services.post_count(number, actor=SYSTEM)
    done("post")
    if (told.lines, told.held) != (lines, 0):
        raise SystemExit(f"of {lines} lines {told.lines} were posted and {told.held} held")
    return took


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
