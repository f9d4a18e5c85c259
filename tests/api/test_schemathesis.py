"""Both APIs against their own document: generated calls, sound and broken, find nothing to complain about."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from requests.adapters import HTTPAdapter
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth
from urllib3 import HTTPResponse

from tests.factories import accounts as make
from tests.factories import promotions as promos
from tests.factories import shop
from zhanggui.accounts import services as accounts
from zhanggui.integrations.webhooks import services as webhooks
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
EXAMPLES = 5


@pytest.fixture
def world() -> dict[str, Any]:
    """A mall in which generated calls meet something: who calls, and what there is."""
    mall_settings.put("accounts.attempts_per_address", 1_000_000, actor=SYSTEM)
    mall_settings.put("accounts.attempts_per_account", 1000, actor=SYSTEM)
    shop.open_shop()
    [sku] = shop.goods(12_900, title="绿萝", stock=10_000)
    mobile = make.mobile()
    member = make.member(mobile)
    promotion = promos.live_coupon()
    endpoint = webhooks.create_endpoint("https://example.com/", ["*"], actor=SYSTEM)
    return {
        "sku": sku,
        "number": shop.buy((sku, 1), member_id=member.id),
        "promotion_id": promotion,
        "endpoint_id": endpoint.id,
        "member_id": member.id,
        "staff": accounts.token_for_staff(make.staff("manager").label).token,
        "member": accounts.token_for_member(mobile).token,
    }


class InProcess(HTTPAdapter):
    """Lets `requests` speak to the application in this process and this test's transaction."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        headers = {
            name: value.encode("utf-8").decode("latin-1") if isinstance(value, str) else value.decode("latin-1")
            for name, value in request.headers.items()
        }
        content_type = headers.pop("Content-Type", "")
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = Client(raise_request_exception=False).generic(
            request.method or "GET", request.path_url, data=body, content_type=content_type, headers=headers
        )
        content = b"".join(answer) if answer.streaming else answer.content
        raw = HTTPResponse(BytesIO(content), dict(answer.headers), answer.status_code, preload_content=False)
        return self.build_response(request, raw)

    def close(self) -> None:
        pass


@pytest.fixture
def session() -> requests.Session:
    made = requests.Session()
    made.mount("http://mall/", InProcess())
    return made


@pytest.fixture
def schema(world: dict[str, Any], mode: GenerationMode) -> Any:
    made = schemathesis.openapi.from_dict(Client().get("/api/openapi.json").json())
    if mode is GenerationMode.NEGATIVE:
        return made

    @made.hook("map_path_parameters")
    def known(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Half of the calls about something lead to what is there."""
        if path_parameters and len(str(path_parameters)) % 2:
            return {name: world.get(name, value) for name, value in path_parameters.items()}
        return path_parameters

    return made


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_to_complain_about(
    mode: GenerationMode, schema: Any, world: dict[str, Any], session: requests.Session
) -> None:
    complaints: list[str] = []
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 150
    for operation in operations:
        _check(operation, mode, world, session, complaints)
    assert not complaints, "\n\n".join(complaints)


def _check(
    operation: Any, mode: GenerationMode, world: dict[str, Any], session: requests.Session, complaints: list[str]
) -> None:
    token = world["staff"] if "/ops/" in operation.path else world["member"]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Case) -> None:
        # What a call has changed is undone, so that each meets the same world.
        with transaction.atomic():
            try:
                case.call_and_validate(
                    base_url="http://mall",
                    session=session,
                    headers={"Authorization": f"Bearer {token}"},
                    excluded_checks=[ignored_auth],  # asks another server; test_permissions.py asks everywhere
                )
            finally:
                transaction.set_rollback(True)

    try:
        call()
    except Unsatisfiable:
        pass  # nothing can be wrong with an operation that takes nothing
    except (FailureGroup, Exception) as complaint:
        complaints.append(f"{operation.label}: {complaint}")
