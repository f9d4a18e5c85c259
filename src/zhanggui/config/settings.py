"""Django settings: everything that differs between machines comes from the environment, with safe defaults."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .logs import configure as configure_logs

DATA_DIR = Path(os.environ.get("ZHANGGUI_DATA") or "var").absolute()
MEDIA_ROOT = DATA_DIR / "media"
KEYS_DIR = DATA_DIR / "keys"
#: Where the build (cli/assets.py) has put style sheets, scripts and icons.
ASSETS_DIR = Path(os.environ.get("ZHANGGUI_ASSETS") or Path(__file__).parents[3] / ".assets").absolute()


def _secret_key() -> str:
    """From the environment, else from the data directory, where `up` makes it once."""
    from_file = KEYS_DIR / "secret_key"
    return os.environ.get("ZHANGGUI_SECRET_KEY") or (
        from_file.read_text().strip() if from_file.exists() else "unset-" + "0" * 50
    )


def _database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/dir` in Django's words."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "zhanggui",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or (parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "zhanggui",
            # Prepared statements (kernel.db) are written so that one plan fits all values; planning each call anew
            # would cost more than running it (measured: 2.8 instead of 1.1 ms of database time a purchase).
            "options": "-c plan_cache_mode=force_generic_plan",
            **query,
        },
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ZHANGGUI_HOSTS", "*").split(",")
ROOT_URLCONF = "zhanggui.config.urls"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "zhanggui.kernel",
    "zhanggui.accounts",
    "zhanggui.catalog",
    "zhanggui.members",
    "zhanggui.pricing",
    "zhanggui.inventory",
    "zhanggui.promotions",
    "zhanggui.groupbuy",
    "zhanggui.content",
    "zhanggui.payments",
    "zhanggui.carriage",
    "zhanggui.pickup",
    "zhanggui.bespoke",
    "zhanggui.draws",
    "zhanggui.presale",
    "zhanggui.rivals",
    "zhanggui.orders",
    "zhanggui.checkout",
    "zhanggui.fulfilment",
    "zhanggui.procurement",
    "zhanggui.workshop",
    "zhanggui.aftersales",
    "zhanggui.dropship",
    "zhanggui.servicedesk",
    "zhanggui.trials",
    "zhanggui.analytics",
    "zhanggui.planning",
    "zhanggui.campaigns",
    "zhanggui.replenishment",
    "zhanggui.clearance",
    "zhanggui.promises",
    "zhanggui.redress",
    "zhanggui.assortment",
    "zhanggui.integrations",
    "zhanggui.integrations.webhooks",
    "zhanggui.showcase",
    "zhanggui.pledges",
    "zhanggui.ui",
    "zhanggui.storefront",
    "zhanggui.backoffice",
    "zhanggui.config.wiring.WiringConfig",
]

MIDDLEWARE = [
    "zhanggui.config.middleware.RequestFrame",
    "django.middleware.security.SecurityMiddleware",
    "zhanggui.api.middleware.ApiFrame",
    "zhanggui.config.pages.PageFrame",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {"environment": "zhanggui.ui.environment.make", "auto_reload": False},
    }
]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or "postgresql:///zhanggui")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["zhanggui.accounts.hashers.Argon2"]
PASSWORD_MIN_LENGTH = 8

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each module's jobs.py registers its timers

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("ZHANGGUI_TIMEZONE", "Asia/Shanghai")

PUBLIC_URL = os.environ.get("ZHANGGUI_PUBLIC_URL", "http://127.0.0.1:8000")
GATEWAY_URL = os.environ.get("ZHANGGUI_GATEWAY_URL", "")  # the gateway simulator, where one runs
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("ZHANGGUI_BEHIND_PROXY") else None

LOGGING_CONFIG = None
configure_logs(os.environ.get("ZHANGGUI_LOG_LEVEL", "INFO"))
