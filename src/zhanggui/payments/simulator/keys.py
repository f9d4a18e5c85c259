"""Key pairs of both sides, made once: `merchant/<name>/` for the mall, `gateway/<name>/` for the simulator."""

import json
import os
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

MERCHANTS = {
    "alipay": {"app_id": "2021000000000001"},
    "wechat": {
        "mchid": "1900000001",
        "appid": "wx0000000000000001",
        "serial_no": "5157F09EFDC096DE15EBE81A47057A7200000001",
    },
    "unionpay": {"merId": "777290000000001"},
}
WECHAT_PLATFORM = "PUB_KEY_ID_0119000000012026000000000001"
UNIONPAY_SIGNER = "041@Z12@00040000:SIGN@00000001"


def init(directory: Path) -> bool:
    """Write all keys unless they are there; True when they were made now. A half-written set is replaced."""
    if (directory / "merchant").is_dir() and (directory / "gateway").is_dir():
        return False
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f".keys-{secrets.token_hex(4)}"
    for side in ("merchant", "gateway"):
        for name, values in MERCHANTS.items():
            _write(draft / side / name / "merchant.json", json.dumps(values, indent=1))
    _alipay(draft)
    _wechat(draft)
    _unionpay(draft)
    for side in ("gateway", "merchant"):
        shutil.rmtree(directory / side, ignore_errors=True)
        (draft / side).rename(directory / side)
    draft.rmdir()
    return True


def _alipay(draft: Path) -> None:
    own, theirs = _pair(), _pair()
    _write(draft / "merchant/alipay/app_private_key.pem", _private(own))
    _write(draft / "merchant/alipay/alipay_public_key.pem", _public(theirs))
    _write(draft / "gateway/alipay/private.pem", _private(theirs))
    _write(draft / "gateway/alipay/merchant_public.pem", _public(own))


def _wechat(draft: Path) -> None:
    own, theirs = _pair(), _pair()
    api_key = secrets.token_hex(16)  # 32 characters are the 32 bytes of the API v3 key
    _write(draft / "merchant/wechat/apiclient_key.pem", _private(own))
    _write(draft / "merchant/wechat/apiv3_key.txt", api_key)
    _write(draft / f"merchant/wechat/platform/{WECHAT_PLATFORM}.pem", _public(theirs))
    _write(draft / "gateway/wechat/private.pem", _private(theirs))
    _write(draft / "gateway/wechat/merchant_public.pem", _public(own))
    _write(draft / "gateway/wechat/apiv3_key.txt", api_key)


def _unionpay(draft: Path) -> None:
    own, signer, root = _pair(), _pair(), _pair()
    issuer = _name("Simulated Financial Certification Authority")
    middle = _certificate(issuer, root, issuer, root, authority=True)
    signing = _certificate(_name(UNIONPAY_SIGNER), signer, issuer, root)
    merchant = _certificate(_name(f"041@SIM@{MERCHANTS['unionpay']['merId']}@00000001"), own, issuer, root)
    _write(draft / "merchant/unionpay/merchant_key.pem", _private(own))
    _write(draft / "merchant/unionpay/merchant_cert.pem", _pem(merchant))
    _write(draft / "merchant/unionpay/acp_middle.pem", _pem(middle))
    _write(draft / "gateway/unionpay/private.pem", _private(signer))
    _write(draft / "gateway/unionpay/certificate.pem", _pem(signing))
    _write(draft / "gateway/unionpay/merchant_cert.pem", _pem(merchant))


def _pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _private(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    authority: bool = False,
) -> x509.Certificate:
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=365))  # a mall may be given a past (payments.services.practice)
        .not_valid_after(today + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .sign(issuer_key, SHA256())
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
