"""The simulator's books: waybills, what happened to them, pushes on their way and ordered faults."""

import hashlib
import json
import secrets
import sqlite3
import time
from pathlib import Path
from typing import Any

from zhanggui.kernel.simulating import Ledger, now

_SCHEMA = """
create table if not exists waybill (
  service text, order_code text, carrier text, number text, phone text default '', province text default '', city text default '',
  state text default 'open', subscribed integer default 0, callback text default '', salt text default '',
  step integer default 0, next_at integer, created_at integer, primary key (service, carrier, number));
create unique index if not exists waybill_code on waybill (service, order_code) where order_code <> '';
create index if not exists waybill_due on waybill (next_at) where state = 'open';
create table if not exists track (
  id integer primary key, service text, carrier text, number text, at integer, status text, text text, place text);
create index if not exists track_of on track (service, carrier, number);
create table if not exists push (
  id integer primary key, service text, carrier text, number text, forge text default '', state text default 'waiting',
  upto integer, due_at real, attempts integer default 0, answer text default '');
create index if not exists push_waiting on push (due_at) where state = 'waiting';
create table if not exists fault (id integer primary key, kind text, value text default '', remaining integer);
"""
#: What a parcel meets, one step after the other: status, words, where ("from", "to").
ROAD = (
    ("accepted", "快件已揽收", "from"),
    ("in_transit", "快件离开【{place}转运中心】", "from"),
    ("arrived", "快件到达【{place}转运中心】", "to"),
    ("out_for_delivery", "快件派送中，派件员：王师傅", "to"),
    ("delivered", "快件已签收，签收人：本人", "to"),
)
#: How numbers of a carrier look: what they begin with, and how many digits follow.
_FORMS = {
    "SF": ("SF", 13), "JD": ("JDVB", 11), "ZTO": ("78", 12), "YTO": ("YT", 13), "YD": ("46", 13), "STO": ("77", 13),
    "JTSD": ("JT", 13), "EMS": ("12", 11), "YZPY": ("98", 11), "DBL": ("DPK", 12),
}  # fmt: skip
CALL_FAULTS = ("timeout", "nonsense", "refuse")
PUSH_FAULTS = ("forge", "duplicate", "reorder", "unknown", "lose")


def init(directory: Path) -> None:
    """Write the keys both sides use unless they are there: `carriers/<service>/account.json`."""
    for service, values in {
        "kuaidi100": {"key": secrets.token_hex(8), "secret": secrets.token_hex(16), "customer": secrets.token_hex(16).upper(),
                      "salt": secrets.token_hex(8), "partners": {}},
        "kdniao": {"EBusinessID": "1000001", "key": secrets.token_hex(18), "partners": {}},
    }.items():  # fmt: skip
        file = directory / "carriers" / service / "account.json"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(values, indent=1), encoding="utf-8")
            draft.rename(file)


def keys(directory: Path, service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "carriers" / service / "account.json").read_text(encoding="utf-8"))
    return found


class Books(Ledger):
    """`pace`: seconds from one step of a parcel's road to the next."""

    def __init__(self, file: Path, pace: int = 30) -> None:
        super().__init__(file, _SCHEMA)
        self.pace = pace

    # --- waybills -----------------------------------------------------------------------------------------------

    def issue(self, service: str, order_code: str, carrier: str, **what: Any) -> tuple[sqlite3.Row, bool]:
        """The waybill of an order code, and whether it is new."""
        with self.transaction() as db:
            known = self.of_code(service, order_code)
            if known is not None:
                return known, False
            number = number_for(service, order_code, carrier)
            db.execute(
                "insert into waybill (service, order_code, carrier, number, phone, province, city, subscribed, callback, salt,"
                " next_at, created_at) values (?,?,?,?,?,?,?,?,?,?,?,?)",
                (service, order_code, carrier, number, what.get("phone", ""), what.get("province", ""), what.get("city", ""),
                 int(what.get("subscribed", False)), what.get("callback", ""), what.get("salt", ""), now() + self.pace, now()),
            )  # fmt: skip
            return self.of_number(service, carrier, number), True  # type: ignore[return-value]

    def of_code(self, service: str, order_code: str) -> sqlite3.Row | None:
        return self.row("select * from waybill where service = ? and order_code = ?", service, order_code)

    def of_number(self, service: str, carrier: str, number: str) -> sqlite3.Row | None:
        return self.row(
            "select * from waybill where service = ? and carrier = ? and number = ?", service, carrier, number
        )

    def cancel(self, service: str, order_code: str) -> str:
        """What became of it: `cancelled`, `absent`, or `moving` (it has left and cannot be cancelled)."""
        with self.transaction() as db:
            known = self.of_code(service, order_code)
            if known is None:
                return "absent"
            if known["step"]:
                return "moving"
            db.execute(
                "update waybill set state = 'cancelled' where service = ? and order_code = ?", (service, order_code)
            )
            return "cancelled"

    def follow(self, service: str, carrier: str, number: str, callback: str = "", salt: str = "") -> None:
        """Its news are pushed. A number that was typed somewhere is known from now on and sets out."""
        with self.transaction() as db:
            db.execute(
                "insert into waybill (service, order_code, carrier, number, subscribed, callback, salt, next_at, created_at)"
                " values (?, '', ?, ?, 1, ?, ?, ?, ?) on conflict (service, carrier, number) do update set subscribed = 1,"
                " callback = excluded.callback, salt = excluded.salt",
                (service, carrier, number, callback, salt, now() + self.pace, now()),
            )

    # --- the road -----------------------------------------------------------------------------------------------

    def advance_due(self, limit: int = 50) -> int:
        """Parcels whose time has come go a step on; how many."""
        due = self.rows(
            "select * from waybill where state = 'open' and next_at <= ? order by next_at limit ?", now(), limit
        )
        for waybill in due:
            self.advance(waybill["service"], waybill["carrier"], waybill["number"])
        return len(due)

    def advance(self, service: str, carrier: str, number: str) -> bool:
        """A step on, with its push; False for a parcel that is unknown or at its end."""
        with self.transaction() as db:
            waybill = self.of_number(service, carrier, number)
            if waybill is None or waybill["state"] != "open":
                return False
            status, text, where = ROAD[waybill["step"]]
            place = (waybill["city"] or waybill["province"] or "目的地") if where == "to" else "杭州"
            db.execute(
                "insert into track (service, carrier, number, at, status, text, place) values (?,?,?,?,?,?,?)",
                (service, carrier, number, now(), status, text.format(place=place), place),
            )
            last = waybill["step"] + 1 == len(ROAD)
            db.execute(
                "update waybill set step = step + 1, state = ?, next_at = ? where service = ? and carrier = ? and number = ?",
                ("over" if last else "open", now() + self.pace, service, carrier, number),
            )
            if waybill["subscribed"]:
                self._push(service, carrier, number)
            return True

    def tracks(self, service: str, carrier: str, number: str, upto: int = 2**62) -> list[sqlite3.Row]:
        return self.rows(
            "select * from track where service = ? and carrier = ? and number = ? and id <= ? order by id",
            service, carrier, number, upto,
        )  # fmt: skip

    # --- pushes and faults --------------------------------------------------------------------------------------

    def take_fault(self, *kinds: str) -> sqlite3.Row | None:
        """The ordered fault that strikes now; each is used up `remaining` times (-1: never)."""
        with self.transaction() as db:
            marks = ",".join("?" * len(kinds))
            found = self.row(
                f"select * from fault where kind in ({marks}) and remaining <> 0 order by id limit 1", *kinds
            )
            if found is not None:
                db.execute("update fault set remaining = remaining - 1 where id = ? and remaining > 0", (found["id"],))
            return found

    def order_fault(self, kind: str, value: str = "", times: int = 1) -> None:
        """Raises ValueError for what there is not."""
        if kind not in CALL_FAULTS + PUSH_FAULTS or not -1 <= times <= 1000:
            raise ValueError("unknown fault")
        with self.transaction() as db:
            db.execute("insert into fault (kind, value, remaining) values (?,?,?)", (kind, value, times))

    def _push(self, service: str, carrier: str, number: str) -> None:
        upto = self._db.execute("select max(id) from track").fetchone()[0]
        due, state, copies = time.time(), "waiting", 1
        held = self._db.execute(
            "update push set state = 'waiting', due_at = ? where state = 'held' and service = ?", (due + 0.2, service)
        ).rowcount
        fault = self.take_fault(*PUSH_FAULTS)
        kind = fault["kind"] if fault else ""
        if kind == "duplicate":
            copies += 1
        elif kind == "lose":
            state = "lost"
        elif kind == "reorder" and not held:  # waits for the next one and lets it go first
            state = "held"
        elif kind == "forge":
            self._put(service, carrier, number, "signature", "waiting", upto, due - 1)
        elif kind == "unknown":
            self._put(service, carrier, f"NOBODY{secrets.randbelow(10**8):08d}", "", "waiting", upto, due - 1)
        for _ in range(copies):
            self._put(service, carrier, number, "", state, upto, due)

    def _put(self, *values: Any) -> None:
        self._db.execute(
            "insert into push (service, carrier, number, forge, state, upto, due_at) values (?,?,?,?,?,?,?)", values
        )


def number_for(service: str, order_code: str, carrier: str) -> str:
    """A number in the carrier's own style, the same whenever it is asked for."""
    prefix, digits = _FORMS.get(carrier, (carrier[:4], 12))
    drawn = int.from_bytes(hashlib.sha256(f"{service}|{carrier}|{order_code}".encode()).digest()[:12], "big")
    return f"{prefix}{drawn % 10**digits:0{digits}d}"
