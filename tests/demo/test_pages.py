"""The demo's pages can be published, say everything in both languages, and lead somewhere."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.factories.catalog import make_category
from zhanggui.content import selectors as content
from zhanggui.content import services
from zhanggui.content.types import HELP, HOME
from zhanggui.demo import clerks, marketing, pages, words
from zhanggui.demo.catalogue import shop
from zhanggui.kernel.i18n import EN

PASSWORD = "lotus-tea-4821"


def picture(staff: clerks.Clerks) -> dict[str, Any]:
    data = BytesIO()
    Image.new("RGB", (1200, 500), "#c9694a").save(data, "PNG")
    return services.keep_picture(data.getvalue(), actor=staff.editor).model_dump(mode="json")


@pytest.fixture
def staff(settings: Any, tmp_path: Path) -> clerks.Clerks:
    settings.MEDIA_ROOT = tmp_path
    return clerks.hire(PASSWORD)


@pytest.mark.django_db
class TestTheDemosPages:
    def test_are_published_in_both_languages(self, staff):
        make_category("茶具", name_en="Tea ware")
        slide = {"image": picture(staff), "title": {"zh": "新茶到店", "en": "New tea"}, "link": "/c/tea"}
        pages.write([slide], {words.ARTICLES[0].slug: picture(staff)}, editor=staff.editor, manager=staff.manager)
        home = content.home()
        assert home is not None
        assert [block.type for block in home.blocks][:3] == ["hero", "promises", "categories"]
        assert {row.slug for row in content.help_pages()} == {page.slug for page in words.HELPS}
        assert len(content.articles().items) == len(words.ARTICLES)
        for kind in (HOME, HELP):
            assert not [row.slug for row in content.pages(kind=kind).items if content.page(row.id).untranslated]
        assert content.site().style.name.render(EN) == shop.NAME.en

    def test_show_a_coupon_that_can_be_claimed(self, staff):
        make_category("茶具", name_en="Tea ware")
        pages.write([], {}, editor=staff.editor, manager=staff.manager)
        pages.announce_coupon(7, editor=staff.editor)
        home = content.home()
        assert home is not None
        assert [getattr(block, "promotion_ids", None) for block in home.blocks if block.type == "coupons"] == [(7,)]

    def test_name_only_traffic_sources_that_have_a_cost(self):
        assert set(marketing.COSTS) == set(marketing.ADS)
