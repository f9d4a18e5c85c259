"""The buyer's pages of the simulator: the cashier of one trade (pay, fail, leave), and the latest trades.

Pages of their own, in one file each, without anything of the mall: a real gateway's cashier is somebody else's, too.
"""

from html import escape
from sqlite3 import Row
from urllib.parse import urlencode, urlsplit

from .. import crypto

NAMES = {"alipay": "支付宝", "wechat": "微信支付", "unionpay": "云闪付 / 银联"}
ENGLISH = {"alipay": "Alipay", "wechat": "WeChat Pay", "unionpay": "UnionPay"}
COLOURS = {"alipay": "#0f5fd7", "wechat": "#067a3f", "unionpay": "#b3131f"}
STATES = {"open": "待付款 · unpaid", "paid": "已付款 · paid", "closed": "已关闭 · closed"}
FAILED = "付款没有成功：余额不足（模拟） · The payment was declined: not enough money (simulated)"
_FRAME = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">{head}
<title>{title}</title><style>
:root{{--main:{colour};--ink:#1f1b18;--soft:#6b645e;--line:#e5e0da;--paper:#fff;--ground:#f6f4f1;--bad:#b3131f;--good:#067a3f}}
@media(prefers-color-scheme:dark){{:root{{--ink:#f3efea;--soft:#aaa29a;--line:#3a3530;--paper:#221f1c;--ground:#171513;
--bad:#ff8f8a;--good:#6fdca0}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}}
main{{max-width:26rem;margin:0 auto;padding:1rem}}main.wide{{max-width:60rem}}
.bar{{background:var(--main);color:#fff}}.bar div{{max-width:26rem;margin:0 auto;padding:.9rem 1rem;font-weight:600;font-size:1.1rem}}
.bar small{{font-weight:400;opacity:.9;margin-left:.5rem}}
.card{{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.5rem;margin:1rem 0}}
.sum{{font-size:2.6rem;line-height:1.2;font-weight:600;margin:.25rem 0 1rem;font-variant-numeric:tabular-nums;text-align:center}}
.what{{text-align:center;color:var(--soft);margin:0}}
dl{{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;margin:0;font-size:.95rem}}
dt{{color:var(--soft)}}dd{{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}}
button,.link{{display:block;width:100%;min-height:48px;padding:.7rem 1rem;border:1px solid var(--line);border-radius:8px;
font:inherit;text-align:center;text-decoration:none;cursor:pointer;background:transparent;color:var(--ink);margin-top:.75rem}}
button.main,.link.main{{background:var(--main);border-color:var(--main);color:#fff;font-weight:600}}
:focus-visible{{outline:3px solid var(--main);outline-offset:2px}}
.told{{border-radius:8px;padding:.75rem 1rem;margin:0 0 1rem;border:1px solid currentColor}}
.told.bad{{color:var(--bad)}}.told.good{{color:var(--good)}}
small,.small{{color:var(--soft);font-size:.85rem}}.bar small{{color:#fff}}
table{{border-collapse:collapse;width:100%;font-size:.95rem}}td{{padding:.6rem .8rem .6rem 0;border-top:1px solid var(--line)}}
a{{color:inherit}}
</style></head><body>{body}
<main class="small"><p>模拟支付网关，不涉及真实资金 · A simulated gateway: no real money moves</p></main></body></html>"""


def frame(title: str, body: str, *, colour: str = "#5b524b", head: str = "") -> bytes:
    return _FRAME.format(title=escape(title), body=body, colour=colour, head=head).encode()


def trade_page(trade: Row, note: str, *, back: str = "", failed: bool = False) -> bytes:
    """One trade with its state: the ways to pay, to fail and to leave while it is open, the way back when it is over.

    `back` is where the shop wants the buyer afterwards, if the trade itself does not say.
    """
    provider = trade["provider"]
    back = _web_address(trade["return_url"]) or _web_address(back)
    body = (
        f'<div class="bar"><div>{NAMES[provider]}<small>{ENGLISH[provider]} · 收银台</small></div></div><main>'
        f'<div class="card">{_told(trade, note, failed)}<p class="what">付款给 {_host(back)}</p>'
        f'<p class="sum">¥{crypto.yuan(trade["amount"])}</p><dl><dt>订单 · Order</dt><dd>{escape(trade["subject"])}</dd>'
        f"<dt>流水号 · No.</dt><dd>{escape(trade['out_trade_no'])}</dd><dt>状态 · State</dt><dd>{STATES[trade['state']]}</dd></dl>"
        f"{_ways(trade, back)}</div></main>"
    )
    head = ""
    if trade["state"] == "paid" and back:
        head = f'<meta http-equiv="refresh" content="2;url={escape(back, quote=True)}">'
    return frame(f"{NAMES[provider]} {STATES[trade['state']]}", body, colour=COLOURS[provider], head=head)


def _told(trade: Row, note: str, failed: bool) -> str:
    if trade["state"] == "paid":
        return '<p class="told good" role="status">付款成功，即将返回商家 · Paid; taking you back to the shop</p>'
    if failed or note:
        return f'<p class="told bad" role="alert">{escape(FAILED if failed else note)}</p>'
    return ""


def _ways(trade: Row, back: str) -> str:
    leave = (
        f'<a class="link" href="{escape(back, quote=True)}">暂不付款，返回商家 · Leave without paying</a>'
        if back
        else ""
    )
    if trade["state"] == "open":
        action = f"/pay/{trade['token']}" + (f"?{urlencode({'redirect_url': back})}" if back else "")
        return (
            f'<form method="post" action="{escape(action, quote=True)}">'
            '<button class="main" name="do" value="pay">确认付款 · Pay</button>'
            f'<button name="do" value="fail">模拟付款失败 · Let it fail</button></form>{leave}'
        )
    if back:
        return f'<a class="link main" href="{escape(back, quote=True)}">返回商家 · Back to the shop</a>'
    return (
        '<p class="small">可以关闭本页，商家页面会自动更新。 · You may close this page; the shop has heard of it.</p>'
    )


def _web_address(address: str) -> str:
    """Only addresses of the web are followed."""
    return address if address.startswith(("http://", "https://")) else ""


def _host(back: str) -> str:
    return f"<b>{escape(urlsplit(back).netloc)}</b>" if back else "商家 · the shop"


def overview(trades: list[Row]) -> bytes:
    """The latest trades, for whoever plays the buyer."""
    lines = "".join(
        f"<tr><td>{NAMES[t['provider']]}</td><td>{escape(t['subject'])}</td><td>¥{crypto.yuan(t['amount'])}</td>"
        f'<td>{STATES[t["state"]]}</td><td><a href="/pay/{t["token"]}">打开 · open</a></td></tr>'
        for t in trades
    )
    empty = "<tr><td>暂无交易 · no trades yet</td></tr>"
    body = f'<main class="wide"><h1>模拟支付网关</h1><div class="card"><table>{lines or empty}</table></div></main>'
    return frame("模拟支付网关", body)
