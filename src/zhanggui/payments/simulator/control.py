"""The control API (loopback only): order misbehaviour, press "pay" for a buyer, look at the books."""

import json
from typing import Any

from .books import Books, Refused
from .wire import Answered, Asked

KINDS = {"delay", "duplicate", "reorder", "forge", "lose", "refuse_refund"}
FORGERIES = {"signature", "amount", "replay"}


def answer(books: Books, asked: Asked) -> Answered:
    """`asked.path` is what follows `/control`."""
    try:
        content = json.loads(asked.body) if asked.body else {}
        if asked.method == "POST" and asked.headers.get("content-type", "").split(";")[0] != "application/json":
            return _json(415, {"error": "send application/json"})  # keeps web pages of other origins out
        return _route(books, asked, content)
    except Refused as refused:
        return _json(409, {"error": str(refused)})
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return _json(422, {"error": f"{type(wrong).__name__}: {wrong}"})


def _route(books: Books, asked: Asked, content: dict[str, Any]) -> Answered:
    call = (asked.method, asked.path)
    if call == ("POST", "/mischief"):
        kind, value = content["kind"], str(content.get("value", ""))
        if (
            kind not in KINDS
            or (kind == "forge" and value not in FORGERIES)
            or (kind in ("delay", "duplicate") and not value.isdigit())
        ):
            raise ValueError("unknown mischief")
        with books.transaction() as db:
            db.execute(
                "insert into mischief (scope, kind, value, remaining) values (?,?,?,?)",
                (str(content.get("scope", "*")), kind, value, int(content.get("times", 1))),
            )
        return _json(201, {"ordered": kind})
    if call == ("DELETE", "/mischief"):
        with books.transaction() as db:
            db.execute("delete from mischief")
        return _json(200, {})
    if call == ("POST", "/pay"):
        trade = books.pay(content["provider"], content["out_trade_no"])
        return _json(200, {"trade_no": trade["trade_no"], "amount": trade["amount"]})
    if call == ("GET", "/mischief"):
        return _table(books, "select * from mischief where remaining <> 0 order by id")
    if call == ("GET", "/trades"):
        return _table(books, "select * from trade order by created_at desc limit 200")
    if call == ("GET", "/refunds"):
        return _table(books, "select * from refund order by created_at desc limit 200")
    if call == ("GET", "/notices"):
        columns = "id, provider, kind, number, out_trade_no, notice_id, state, forge, due_at, attempts, answer"
        return _table(books, f"select {columns} from notice order by id desc limit 200")
    return _json(404, {"error": "no such call"})


def _table(books: Books, sql: str) -> Answered:
    return _json(200, [dict(row) for row in books.rows(sql)])


def _json(status: int, content: Any) -> Answered:
    return Answered(status, json.dumps(content, ensure_ascii=False).encode())
