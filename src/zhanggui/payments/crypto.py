"""Signing and sealing as the gateways do it: pure functions over bytes, shared by the providers and the gateway simulator."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)


def private_key(text: str) -> RSAPrivateKey:
    """An RSA private key from PEM (PKCS#1 or PKCS#8) or from the bare base64 the merchant consoles hand out."""
    if "BEGIN" in text:
        key = load_pem_private_key(text.encode(), None)
    else:
        key = load_der_private_key(b64decode("".join(text.split())), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA private key")
    return key


def public_key(text: str) -> RSAPublicKey:
    """An RSA public key from PEM, from a PEM certificate, or from bare base64."""
    if "BEGIN CERTIFICATE" in text:
        key = x509.load_pem_x509_certificate(text.encode()).public_key()
    elif "BEGIN" in text:
        key = load_pem_public_key(text.encode())  # type: ignore[assignment]
    else:
        key = load_der_public_key(b64decode("".join(text.split())))  # type: ignore[assignment]
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA public key")
    return key


def rsa_sign(key: RSAPrivateKey, message: bytes) -> str:
    """SHA256 with RSA (PKCS#1 v1.5), base64: Alipay's RSA2, WeChat's SHA256-RSA2048, UnionPay's signMethod 01."""
    return b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def rsa_verify(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """True only for a well-formed signature of exactly this message."""
    try:
        key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, Base64Error, ValueError):
        return False
    return True


def seal(api_key: bytes, plaintext: bytes, nonce: str, associated_data: str) -> str:
    """AEAD_AES_256_GCM, base64 (WeChat Pay API v3 resources)."""
    return b64encode(AESGCM(api_key).encrypt(nonce.encode(), plaintext, associated_data.encode())).decode()


def unseal(api_key: bytes, ciphertext: str, nonce: str, associated_data: str) -> bytes | None:
    """The plaintext, or None if it was not sealed with this key, nonce and associated data."""
    try:
        return AESGCM(api_key).decrypt(nonce.encode(), b64decode(ciphertext, validate=True), associated_data.encode())
    except (InvalidTag, Base64Error, ValueError):
        return None


def hmac_sign(key: bytes, message: bytes) -> str:
    """HMAC-SHA256, hex."""
    return hmac.digest(key, message, "sha256").hex()


def hmac_verify(key: bytes, message: bytes, signature: str) -> bool:
    return hmac.compare_digest(hmac.digest(key, message, "sha256").hex().encode(), signature.encode())


def sorted_pairs(params: Mapping[str, str], *, without: tuple[str, ...], keep_empty: bool = False) -> bytes:
    """`k=v&k=v`, sorted by name: the text that Alipay and UnionPay sign."""
    return "&".join(f"{k}={v}" for k, v in sorted(params.items()) if k not in without and (v or keep_empty)).encode()


def unionpay_digest(params: Mapping[str, str]) -> bytes:
    """UnionPay 5.1.0 signs the lower-case hex SHA-256 of the sorted pairs, not the pairs themselves."""
    return hashlib.sha256(sorted_pairs(params, without=("signature",))).hexdigest().encode()


def wechat_request_message(method: str, target: str, timestamp: str, nonce: str, body: str) -> bytes:
    """What a WeChat Pay v3 merchant signs; `target` is path and query."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n".encode()


def wechat_answer_message(timestamp: str, nonce: str, body: str) -> bytes:
    """What WeChat Pay signs in answers and notifications."""
    return f"{timestamp}\n{nonce}\n{body}\n".encode()


def yuan(amount: int) -> str:
    """Fen to the yuan text gateways use: 12900 -> `129.00`."""
    sign, rest = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def fen(text: str) -> int:
    """Yuan text to fen, exactly; raises ValueError for anything that is not a decimal with at most two places."""
    body = text.strip()
    sign, body = (-1, body[1:]) if body.startswith("-") else (1, body)
    whole, _, part = body.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (part and not (part.isascii() and part.isdigit())):
        raise ValueError(f"not an amount: {text!r}")
    if part[2:].strip("0"):
        raise ValueError(f"finer than a fen: {text!r}")
    return sign * (int(whole) * 100 + int(f"{part[:2]:0<2}" or 0))
