"""Outgoing webhooks: each event reaches each endpoint that asked for it, signed, repeated until heard, never inside our walls."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction
from standardwebhooks import Webhook, WebhookVerificationError

from tests.support.races import repeat_together
from zhanggui.integrations.webhooks import selectors, sending, services
from zhanggui.integrations.webhooks.models import Attempt, Delivery, Endpoint
from zhanggui.kernel import mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.kernel.outbox import Delivered
from zhanggui.kernel.problems import NotFound

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver:
    """Somebody else's server: keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.wait = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((dict(self.headers), body))
                time.sleep(receiver.wait)
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("location", "http://169.254.169.254/")
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?x=1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    services.forget()
    mall_settings.put("webhooks.allow_private", True, actor=SYSTEM)
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()
    services.forget()


def event(number: int = 1, name: str = "orders.order_paid") -> Delivered:
    return Delivered(number, name, 1, "order:1", {"number": "1", "total": 12900}, now())


def say(*events: Delivered) -> None:
    with transaction.atomic():
        services.enqueue(list(events))


def due_again() -> None:
    Delivery.objects.update(next_attempt_at=now() - timedelta(seconds=1))


def test_an_event_arrives_signed_as_the_standard_says(receiver: Receiver) -> None:
    made = services.create_endpoint(receiver.url, ["orders.*"], actor=SYSTEM)
    happened = event()
    say(happened)
    assert sending.send_due() == 1
    [(headers, body)] = receiver.got
    heard = Webhook(made.secret).verify(body, headers)
    assert heard["type"] == "orders.order_paid"
    assert heard["data"] == {"number": "1", "total": 12900}
    assert heard["timestamp"] == happened.at.isoformat()
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body.replace(b"12900", b"1"), headers)
    [delivery] = selectors.deliveries().items
    assert (delivery.state, delivery.attempts, delivery.message_id) == ("delivered", 1, headers["webhook-id"])
    _view, kept, [tried] = selectors.delivery(delivery.id)
    assert kept == body.decode()
    assert (tried.status, tried.error, tried.answer) == (200, "", "thanks")
    assert sending.send_due() == 0


def test_only_what_was_asked_for_and_once(receiver: Receiver) -> None:
    services.create_endpoint(receiver.url, ["orders.order_paid"], actor=SYSTEM)
    services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    say(event(1), event(1), event(2, "members.member_registered"))
    assert sorted(Delivery.objects.values_list("endpoint__events", "event")) == [
        (["*"], "members.member_registered"),
        (["*"], "orders.order_paid"),
        (["orders.order_paid"], "orders.order_paid"),
    ]


def test_the_relay_feeds_it(receiver: Receiver) -> None:
    """With the binding of `config/wiring.py`."""
    from zhanggui.members.events import MemberRegistered

    services.create_endpoint(receiver.url, ["members.*"], actor=SYSTEM)
    with transaction.atomic():
        outbox.record(MemberRegistered(7, now().isoformat()))
    outbox.drain()
    assert sending.send_due() == 1
    assert json.loads(receiver.got[0][1])["data"]["member_id"] == 7


def test_an_inactive_endpoint_hears_nothing_and_loses_nothing(receiver: Receiver) -> None:
    made = services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    say(event(1))
    services.change_endpoint(made.id, url=receiver.url, events=["*"], description="", active=False, actor=SYSTEM)
    say(event(2))
    assert sending.send_due() == 0
    services.change_endpoint(made.id, url=receiver.url, events=["*"], description="", active=True, actor=SYSTEM)
    assert sending.send_due() == 1
    assert Delivery.objects.count() == 1


def test_a_deaf_endpoint_is_tried_with_growing_pauses_then_kept_for_replay(receiver: Receiver) -> None:
    mall_settings.put("webhooks.attempts", 3, actor=SYSTEM)
    made = services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    receiver.status = 500
    say(event())
    waits = []
    for _ in range(3):
        assert sending.send_due() == 1
        assert sending.send_due() == 0
        delivery = Delivery.objects.get()
        waits.append((delivery.next_attempt_at - now()).total_seconds())
        due_again()
    assert 4 < waits[0] < 6 < 290 < waits[1] < 331
    [dead] = selectors.deliveries(state="dead").items
    assert dead.attempts == 3
    [endpoint] = selectors.endpoints()
    assert (endpoint.active, endpoint.dead, endpoint.pending) == (True, 1, 0)
    assert endpoint.failing_since is not None
    assert sending.send_due() == 0
    receiver.status = 204
    assert services.replay_dead(made.id, actor=SYSTEM) == 1
    assert sending.send_due() == 1
    [endpoint] = selectors.endpoints()
    assert (endpoint.dead, endpoint.failing_since) == (0, None)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert Attempt.objects.count() == 4
    services.replay(dead.id, actor=SYSTEM)
    assert sending.send_due() == 1


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    receiver.status = 302
    say(event())
    sending.send_due()
    assert Attempt.objects.get().status == 302
    assert Delivery.objects.get().state == "pending"


def test_nobody_listening_is_an_outcome_not_an_error(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    services.create_endpoint(f"http://127.0.0.1:{port}/", ["*"], actor=SYSTEM)
    services.create_endpoint("http://no-such-host.invalid/", ["*"], actor=SYSTEM)
    say(event())
    assert sending.send_due() == 2
    assert [(a.status, a.error.split(":")[0]) for a in Attempt.objects.order_by("delivery__endpoint_id")] == [
        (None, "ConnectError"),
        (None, "gaierror"),
    ]


def test_an_answer_that_never_ends_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    monkeypatch.setattr(sending, "TIMEOUT", httpx.Timeout(0.3))
    receiver.wait = 1.5
    services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    say(event())
    started = time.monotonic()
    sending.send_due()
    assert time.monotonic() - started < 1.2
    assert Attempt.objects.get().error.startswith("ReadTimeout")


def test_two_senders_send_each_delivery_once(receiver: Receiver) -> None:
    services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    say(*(event(n) for n in range(1, 13)))
    outcomes = repeat_together(3, sending.send_due)
    assert [o.error for o in outcomes] == [None] * 3
    assert sum(o.value for o in outcomes) == 12
    assert len(receiver.got) == len({headers["webhook-id"] for headers, _ in receiver.got}) == 12


def test_sending_inside_a_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        sending.send_due()


def test_a_new_secret_and_the_former_one_both_verify_for_a_day(receiver: Receiver) -> None:
    made = services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    fresh = services.rotate_secret(made.id, actor=SYSTEM)
    say(event(1))
    sending.send_due()
    [(headers, body)] = receiver.got
    Webhook(made.secret).verify(body, headers)
    Webhook(fresh.secret).verify(body, headers)
    Endpoint.objects.update(former_until=now() - timedelta(seconds=1))
    say(event(2))
    sending.send_due()
    headers, body = receiver.got[1]
    Webhook(fresh.secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body, headers)


def test_a_ping_reaches_one_endpoint(receiver: Receiver) -> None:
    made = services.create_endpoint(receiver.url, ["nothing.*"], actor=SYSTEM)
    services.ping(made.id, actor=SYSTEM)
    services.ping(made.id, actor=SYSTEM)
    assert sending.send_due() == 2
    assert json.loads(receiver.got[0][1])["type"] == "webhooks.ping"
    with pytest.raises(NotFound):
        services.ping(10**9, actor=SYSTEM)


def test_the_log_is_forgotten_in_time(receiver: Receiver) -> None:
    services.create_endpoint(receiver.url, ["*"], actor=SYSTEM)
    say(event(1), event(2))
    Delivery.objects.filter(event_id=1).update(state="dead", created_at=now() - timedelta(days=31))
    Delivery.objects.filter(event_id=2).update(created_at=now() - timedelta(days=31))
    assert services.forget_old() == 1
    assert Delivery.objects.get().event_id == 2
