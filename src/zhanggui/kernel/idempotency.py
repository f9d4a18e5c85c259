"""The same key with the same request answers the same; with another request it is a conflict.

Placing orders keeps its key inside its own statement (orders/sql); everything else uses `once`.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db import transaction

from . import db
from .problems import IdempotencyConflict, ValidationFailed

MAX_KEY = 255


def digest(body: Any) -> str:
    """A stable fingerprint of a request body (key order does not matter)."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def check_key(key: str | None, *, required: bool = True) -> str:
    """The header's value, trimmed. Raises ValidationFailed when missing, too long or unprintable."""
    key = (key or "").strip()
    if not key and required:
        raise ValidationFailed.one(
            "header.Idempotency-Key", "required", "缺少 Idempotency-Key 请求头", "the Idempotency-Key header is missing"
        )
    if len(key) > MAX_KEY or not key.isprintable():
        raise ValidationFailed.one(
            "header.Idempotency-Key",
            "invalid",
            f"应为不超过 {MAX_KEY} 个可见字符",
            f"must be at most {MAX_KEY} printable characters",
        )
    return key


def find_many(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """What is kept under (scope, key) pairs: digest and reference. One statement."""
    found = db.rows(
        "select k.scope, k.key, k.digest, k.reference from unnest(%s::text[], %s::text[]) as a(scope, key)"
        " join kernel_idempotencykey k on k.scope = a.scope and k.key = a.key",
        ([scope for scope, _ in pairs], [key for _, key in pairs]),
    )
    return {(r["scope"], r["key"]): r for r in found}


def once(scope: str, key: str, body: Any, do: Callable[[], Any]) -> Any:
    """Run `do` in one transaction with the key; a repeat answers what the first run answered (JSON).

    Raises IdempotencyConflict for the same key with another body. A failing `do` leaves no key behind.
    """
    fingerprint = digest(body)
    with transaction.atomic():
        fresh = db.execute(
            "insert into kernel_idempotencykey (scope, key, digest) values (%s, %s, %s) on conflict do nothing",
            (scope, key, fingerprint),
        )
        if not fresh:
            kept = db.row(
                "select digest, response from kernel_idempotencykey where scope = %s and key = %s", (scope, key)
            )
            if kept is None or kept["digest"] != fingerprint:
                raise IdempotencyConflict()
            return kept["response"]
        answer = do()
        db.execute(
            "update kernel_idempotencykey set response = %s where scope = %s and key = %s",
            (db.Json(answer), scope, key),
        )
        return answer
