"""Signatures, seals and amounts: a changed letter never passes."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.payments import crypto


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@given(st.integers(-(10**14), 10**14))
def test_fen_and_yuan_round_trip(amount: int) -> None:
    assert crypto.fen(crypto.yuan(amount)) == amount
    assert Decimal(crypto.yuan(amount)) * 100 == amount


@pytest.mark.parametrize(
    ("text", "amount"), [("129.00", 12900), ("0.5", 50), ("7", 700), ("-3.10", -310), ("0.010", 1), (" 1.2 ", 120)]
)
def test_fen_reads_what_gateways_write(text: str, amount: int) -> None:
    assert crypto.fen(text) == amount


@pytest.mark.parametrize("text", ["", "x", "1.001", "1e3", ".5", "1.x", "٣", "1,000.00", "--1", "NaN"])
def test_fen_refuses_what_is_not_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"fen|amount"):
        crypto.fen(text)


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=20))
def test_a_signature_holds_for_exactly_its_message(message: bytes, more: bytes) -> None:
    signature = crypto.rsa_sign(key(), message)
    assert crypto.rsa_verify(key().public_key(), message, signature)
    assert not crypto.rsa_verify(key().public_key(), message + more, signature)


@pytest.mark.parametrize("signature", ["", "=", "AAAA", "不是签名", "A" * 344])
def test_nonsense_is_no_signature(signature: str) -> None:
    assert not crypto.rsa_verify(key().public_key(), b"message", signature)


def test_a_seal_opens_with_its_own_key_nonce_and_data_only() -> None:
    sealed = crypto.seal(b"k" * 32, "内容".encode(), "nonce1234567", "transaction")
    assert crypto.unseal(b"k" * 32, sealed, "nonce1234567", "transaction") == "内容".encode()
    assert crypto.unseal(b"x" * 32, sealed, "nonce1234567", "transaction") is None
    assert crypto.unseal(b"k" * 32, sealed, "nonce7654321", "transaction") is None
    assert crypto.unseal(b"k" * 32, sealed, "nonce1234567", "refund") is None
    assert crypto.unseal(b"k" * 32, sealed[:-8] + "AAAAAAA=", "nonce1234567", "transaction") is None
    assert crypto.unseal(b"k" * 32, "not base64", "nonce1234567", "transaction") is None


@given(st.binary(max_size=200))
def test_hmac_holds_for_exactly_its_message(message: bytes) -> None:
    signature = crypto.hmac_sign(b"key", message)
    assert crypto.hmac_verify(b"key", message, signature)
    assert not crypto.hmac_verify(b"key", message + b"x", signature)
    assert not crypto.hmac_verify(b"kez", message, signature)
    assert not crypto.hmac_verify(b"key", message, "é" + signature)


def test_keys_are_read_in_every_form_merchant_consoles_give_them() -> None:
    private, public = key(), key().public_key()
    pkcs8 = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    pkcs1 = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    bare = "".join(pkcs8.splitlines()[1:-1])
    assert {crypto.private_key(text).private_numbers() for text in (pkcs8, pkcs1, bare)} == {private.private_numbers()}
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert crypto.public_key("".join(pem.splitlines()[1:-1])).public_numbers() == public.public_numbers()


def test_signed_pairs_are_sorted_and_leave_empty_ones_out() -> None:
    assert crypto.sorted_pairs({"b": "2", "a": "1", "c": "", "sign": "x"}, without=("sign",)) == b"a=1&b=2"
