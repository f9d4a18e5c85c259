"""The buyer's page of the simulator: what is to be paid, and one button."""

from html import escape
from sqlite3 import Row

from .. import crypto

NAMES = {"alipay": "支付宝 Alipay", "wechat": "微信支付 WeChat Pay", "unionpay": "银联 UnionPay"}
STATES = {"open": "待支付 · unpaid", "paid": "已支付 · paid", "closed": "已关闭 · closed"}
_FRAME = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body{{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#222}}
.sum{{font-size:2.2rem;margin:.5rem 0}}
button{{font:inherit;padding:.6rem 2rem;border:0;border-radius:.4rem;background:#1668dc;color:#fff;cursor:pointer}}
small{{color:#777}}td{{padding:.3rem .8rem .3rem 0}}
</style></head><body>{body}<p><small>模拟支付网关,不涉及真实资金 · Simulated gateway, no real money moves</small></p></body></html>"""


def frame(title: str, body: str) -> bytes:
    return _FRAME.format(title=escape(title), body=body).encode()


def trade_page(trade: Row, note: str) -> bytes:
    """One trade with its state; the pay button while it is open, the way back once it is paid."""
    name = NAMES[trade["provider"]]
    body = (
        f"<h1>{name}</h1><p>{escape(trade['subject'])}<br><small>{escape(trade['out_trade_no'])}</small></p>"
        f'<p class="sum">¥ {crypto.yuan(trade["amount"])}</p><p>{STATES[trade["state"]]} {escape(note)}</p>'
    )
    if trade["state"] == "open":
        body += f'<form method="post" action="/pay/{trade["token"]}"><button>确认付款 · Pay</button></form>'
    elif trade["return_url"].startswith(("http://", "https://")):
        body += f'<p><a href="{escape(trade["return_url"], quote=True)}">返回商家 · Back to the shop</a></p>'
    return frame(name, body)


def overview(trades: list[Row]) -> bytes:
    """The latest trades, for whoever plays the buyer."""
    lines = "".join(
        f"<tr><td>{NAMES[t['provider']]}</td><td>{escape(t['subject'])}</td><td>¥ {crypto.yuan(t['amount'])}</td>"
        f'<td>{STATES[t["state"]]}</td><td><a href="/pay/{t["token"]}">打开 · open</a></td></tr>'
        for t in trades
    )
    return frame(
        "模拟支付网关", f"<h1>模拟支付网关</h1><table>{lines or '<tr><td>暂无交易 · no trades yet</td></tr>'}</table>"
    )
