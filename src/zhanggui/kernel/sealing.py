"""Values only this mall can read: encrypted and signed with keys drawn from its secret key, one for each purpose."""

import base64
from functools import lru_cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=64)
def _box(secret: str, purpose: str) -> Fernet:
    key = HKDF(hashes.SHA256(), 32, salt=None, info=f"zhanggui:{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(value: Any, purpose: str) -> str:
    """Plain data as text that tells a reader nothing and cannot be bent; another `purpose` cannot open it."""
    return _box(settings.SECRET_KEY, purpose).encrypt(orjson.dumps(value)).decode()


def unseal(text: str, purpose: str, *, max_age: int | None = None) -> Any | None:
    """What was sealed; None if it was not sealed here for this purpose, or is older than `max_age` seconds."""
    try:
        return orjson.loads(_box(settings.SECRET_KEY, purpose).decrypt(text.encode(), ttl=max_age))
    except (InvalidToken, UnicodeEncodeError, orjson.JSONDecodeError):
        return None
