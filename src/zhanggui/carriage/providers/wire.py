"""How label services are asked, and how what they say is read: nothing is believed before it was looked at."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import orjson

from zhanggui.kernel import calling, clock, mall_settings
from zhanggui.kernel.i18n import Text

from ..errors import BadPush, ServiceNonsense, ServiceRefused, ServiceUnreachable
from .keys import NAMES

CHINA = ZoneInfo("Asia/Shanghai")
LIMIT = 2 * 1024 * 1024
_NUMBER = re.compile(r"[A-Z0-9-]{5,40}")
_REASONS = {
    "TimeoutError": Text("超时", "timed out"),
    "timeout": Text("超时", "timed out"),
    "ConnectionRefusedError": Text("连接被拒绝", "connection refused"),
    "gaierror": Text("域名解析失败", "its name is not found"),
    "size": Text("应答过大", "the answer is too large"),
}


def ask(service: str, url: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Post a form; the JSON object that comes back. Raises ServiceUnreachable, ServiceNonsense."""
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    timeout = mall_settings.get("carriage.timeout_seconds")
    try:
        answer = calling.call(
            "POST", url, headers=headers, body=urlencode(fields).encode(), timeout=timeout, limit=LIMIT
        )
    except calling.Unanswered as silent:
        reason = _REASONS.get(silent.reason, Text(silent.reason, silent.reason))
        raise ServiceUnreachable(service=NAMES[service], reason=reason) from silent
    if answer.status >= 500:
        raise ServiceUnreachable(
            service=NAMES[service], reason=Text(f"状态 {answer.status}", f"status {answer.status}")
        )
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise nonsense(service, "不是 JSON", "not JSON")
    return said


def nonsense(service: str, zh: str, en: str) -> ServiceNonsense:
    return ServiceNonsense(service=NAMES[service], reason=Text(zh, en))


def refused(service: str, said: object) -> ServiceRefused:
    words = str(said or "").strip()[:160]
    return ServiceRefused(service=NAMES[service], reason=Text(words or "没有说明原因", words or "it does not say why"))


def number_of(service: str, said: object) -> str:
    """A waybill number as it is kept. Raises ServiceNonsense."""
    number = str(said or "").strip().upper() if isinstance(said, str | int) else ""
    if not _NUMBER.fullmatch(number):
        raise nonsense(service, "没有运单号", "no waybill number")
    return number


def words(said: object, most: int) -> str:
    return str(said).strip()[:most] if isinstance(said, str | int) else ""


def at(said: object) -> datetime | None:
    """The services' own clock is China's; None for what is no time, or not of our days."""
    try:
        read = datetime.strptime(str(said).strip()[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        return None
    return read if datetime(2000, 1, 1, tzinfo=UTC) < read < clock.now() + timedelta(hours=24) else None


def pushed(body: bytes) -> dict[str, str]:
    """The fields of a pushed form. Raises BadPush."""
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=20))
    except ValueError as wrong:
        raise bad_push("body") from wrong


def json_of(text: str) -> dict[str, Any]:
    """Raises BadPush."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError as wrong:
        raise bad_push("body") from wrong
    if not isinstance(said, dict):
        raise bad_push("body")
    return said


_BAD = {
    "signature": Text("签名不符", "its signature is wrong"),
    "body": Text("内容无法识别", "its content is unreadable"),
    "fields": Text("缺少字段", "fields are missing"),
}


def bad_push(reason: str) -> BadPush:
    return BadPush(reason=_BAD[reason], extra={"reason": reason})


def items(said: object) -> list[dict[str, Any]]:
    """The objects of a list; an empty list for anything else."""
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
