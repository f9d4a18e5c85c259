"""No request of ours may reach our own network: where a URL leads is checked, and exactly that address is called."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from zhanggui.kernel.i18n import Text

from .errors import ForbiddenAddress

MAX_URL = 500


@dataclass(frozen=True, slots=True)
class Target:
    """A checked destination: connect to `ip`, speak to `host`."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address with the name replaced by the IP, so that nothing can resolve anew."""
        return f"{self.scheme}://{f'[{self.ip}]' if ':' in self.ip else self.ip}:{self.port}{self.path}"


def _refuse(zh: str, en: str) -> ForbiddenAddress:
    return ForbiddenAddress(reason=Text(zh, en))


def check_url(url: str, *, allow_private: bool) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of a URL we may call at all. Raises ForbiddenAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refuse("不是有效的网址", "not a valid URL") from None
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise _refuse("网址过长或含有不可用字符", "too long, or characters that a URL cannot have")
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise _refuse("只支持 https", "only https")
    if not parts.hostname or parts.username or parts.password:
        raise _refuse("缺少主机名或含有账号密码", "no host, or credentials in it")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path


def resolve(url: str, *, allow_private: bool) -> Target:
    """Resolve and check. Every address the name has must be a public one. Raises ForbiddenAddress, OSError."""
    scheme, host, port, path = check_url(url, allow_private=allow_private)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise _refuse("主机名无效", "not a valid host name") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise _refuse("指向内网或保留地址", "it leads to a private or reserved address")
    return Target(scheme, host, port, path, addresses[0])


def is_public(address: str) -> bool:
    """Whether an IP address is out in the world; what is wrapped in IPv6 is judged by its IPv4 inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            ip = inner
        elif ip in ipaddress.ip_network("64:ff9b::/96"):
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
