"""Structured logs: one JSON object a line on stderr, personal data taken out before it is written."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Keys whose values never reach a log.
_NAMES = "password token authorization cookie secret signature key mobile phone email name address line body"
SECRET_KEYS = frozenset(_NAMES.split())
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+\.[\w.-]+)")
#: PostgreSQL shows the row a constraint refused, whole; up to where a traceback goes on with the next error.
_ROW = re.compile(r"DETAIL:.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)


def without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask what could name a person, in values and in free text."""
    for key, value in event.items():
        if key in SECRET_KEYS:
            event[key] = "***"
        elif isinstance(value, str):
            value = _ROW.sub("DETAIL: ***", value) if "DETAIL:" in value else value
            event[key] = _EMAIL.sub(r"***@\1", _MOBILE.sub(r"\1****\2", value))
    return event


def configure(level: str = "INFO") -> None:
    """Route structlog and the standard library through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.request": {"level": "ERROR"},
                "django.db.backends": {"level": "WARNING"},
                "procrastinate": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},  # addresses of others' hooks hold their secrets
            },
        }
    )
