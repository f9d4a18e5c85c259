"""Reviews of what was bought: once for a line, by the buyer, with photos that are photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.aftersales import delivered
from tests.factories.pictures import bomb, picture
from tests.factories.shop import buy, goods, open_shop
from tests.storefront.buying import signed_in, text
from tests.support.pages import Browser
from zhanggui.orders.selectors import access_token
from zhanggui.servicedesk import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    open_shop()


def test_a_member_reviews_a_delivered_article_and_adds_to_it() -> None:
    browser, member_id = signed_in()
    number = delivered((goods(1000, title="瓷杯")[0], 1), member_id=member_id)
    assert f"/orders/{number}/review/1" in text(browser.get(f"/orders/{number}"))
    photo = SimpleUploadedFile("cup.png", picture(size=(60, 40)), "image/png")
    answer = browser.post(f"/orders/{number}/review/1", {"rating": "5", "text": "很好用", "photos": [photo]})
    page = text(browser.follow(answer))
    assert "感谢您的评价" in page
    assert "追加评价" in page
    (said,) = selectors.reviewable(number)
    assert said.review is not None
    assert (said.review.rating, said.review.text, len(said.review.photos)) == (5, "很好用", 1)
    assert browser.post(f"/orders/{number}/review/1", {"text": "用了一周还是好"}).status_code == 303
    again = browser.post(f"/orders/{number}/review/1", {"text": "再来"})
    assert again.status_code == 409


def test_stars_are_asked_for_and_words_kept() -> None:
    number, browser = delivered((goods(1000)[0], 1)), Browser()
    link = f"/orders/{number}/review/1?token={access_token(number)}"
    bad = SimpleUploadedFile("bomb.png", bomb(), "image/png")
    answer = browser.post(link, {"rating": "5", "text": "不错", "photos": [bad]})
    assert answer.status_code == 422
    assert 'id="f-photos-error"' in text(answer)
    answer = browser.post(link, {"text": "不错"})
    assert answer.status_code == 422
    assert "请选择 1 到 5 星" in text(answer)
    assert "不错" in text(answer)


def test_what_has_not_arrived_or_is_anybody_elses_is_not_reviewed() -> None:
    (code,) = goods(1000)
    number = buy((code, 1))
    link = f"/orders/{number}/review/{{}}?token={access_token(number)}"
    assert Browser().post(link.format(1), {"rating": "5"}).status_code == 409
    assert Browser().get(link.format(9)).status_code == 404
    other, _ = signed_in()
    assert other.get(f"/orders/{number}/review/1").status_code == 404
