"""Imports at the desk: files in, progress, what came of them; told at the field what is wrong, whatever is sent."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.integrations import selectors
from zhanggui.integrations.services import carrying_out
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
HEAD = "Handle,Title,Body (HTML),Vendor,Type,Variant SKU,Variant Price,Variant Inventory Qty\n"


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def words(response: Any) -> str:
    return response.content.decode()


def file(good: int = 2, bad: int = 0, name: str = "货品.csv") -> SimpleUploadedFile:
    text = HEAD + "".join(f"p-{n},商品 {n},,,,S-{n},9.90,5\n" for n in range(good))
    text += "".join(f"bad-{n},坏 {n},,,,B-{n},九块九,5\n" for n in range(bad))
    return SimpleUploadedFile(name, text.encode("gb18030"))


def sent(desk: Browser, *files: SimpleUploadedFile, action: str = "import", format: str = "") -> str:
    """The address of the import's page."""
    answer = desk.post("/office/imports/new", {"files": list(files), "action": action, "format": format})
    assert answer.status_code == 303, words(answer)
    return answer.headers["Location"]


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("editor")


def test_tried_then_imported_and_followed_to_the_end(desk: Browser) -> None:
    page = sent(desk, file(2, bad=1), action="try")
    waiting = words(desk.get(page))
    assert 'hx-trigger="every 2s"' in waiting
    assert "排队中" in waiting
    assert 'http-equiv="refresh"' in waiting, "it works without scripts"
    carrying_out.run_waiting()
    tried = words(desk.get(page))
    assert "没有改动任何数据" in tried
    assert "every 2s" not in tried
    assert not catalog.sellable_by_code(["S-1"])[0].sku_id
    real = desk.post(f"{page}/again", {"action": "import"}).headers["Location"]
    carrying_out.run_waiting()
    done = words(desk.get(real))
    for each in ("部分未导入", "货品.csv", "九块九", "逐行报告", "标为已处理"):
        assert each in done
    assert catalog.sellable_by_code(["S-1"])[0].sellable


def test_the_report_as_a_file_in_the_readers_language(desk: Browser) -> None:
    page = sent(desk, file(1, bad=2))
    carrying_out.run_waiting()
    text = b"".join(desk.get(f"{page}?export=csv").streaming_content).decode()
    assert "货品.csv,3,bad-0," in text
    assert "不是金额：九块九" in text
    book = b"".join(at_the_desk("manager", language="en").get(f"{page}?export=xlsx").streaming_content)
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 3
    assert "is not an amount: 九块九" in sheet


def test_what_is_wrong_is_said_at_the_field_and_nothing_stays(desk: Browser, tmp_path: Path) -> None:
    sheet = SimpleUploadedFile("单.xlsx", b"PK\x03\x04 not a zip")
    picture = SimpleUploadedFile("图.csv", b"\x89PNG\r\n")
    odd = SimpleUploadedFile("怪.csv", b"a,b\n1,2\n")
    for files, format, word in [
        ([], "", "请选择要导入的文件"),
        ([sheet], "", "单.xlsx"),
        ([picture], "", "PNG"),
        ([odd], "", "认不出"),
        ([file()], "magento-products", "看起来是 Shopify"),
        ([file()], "nonsense", "不认识的导入格式"),
    ]:
        told = desk.post("/office/imports/new", {"files": files, "format": format, "action": "import"})
        assert told.status_code == 422, word
        assert word in words(told)
        assert "field-error" in words(told)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not selectors.imports().items


def test_more_than_the_mall_allows_is_a_page_that_says_so(desk: Browser, tmp_path: Path) -> None:
    mall_settings.put("imports.upload_mb", 1, actor=SYSTEM)
    told = desk.post("/office/imports/new", {"files": file(40_000), "action": "import"})
    assert told.status_code == 413
    assert "超过上限 1 MB" in words(told)

    # what the web server puts in place of a body it has not taken in
    def instead(reason: str, size: int) -> Any:
        more: dict[str, Any] = {"zhanggui.refused": reason, "zhanggui.size": size}
        return desk.client.post("/office/imports/new", {}, headers=desk.headers, **more)

    refused = instead("too_large", 700 << 20)
    assert refused.status_code == 413
    assert "700 MB" in words(refused)
    full = instead("No space left on device", 9)
    assert full.status_code == 507
    assert "No space left" in words(full)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_order_history_is_for_those_who_may() -> None:
    editor, manager = at_the_desk("editor"), at_the_desk("manager")
    assert "UCI Online Retail" not in words(editor.get("/office/imports/new"))
    assert "UCI Online Retail" in words(manager.get("/office/imports/new"))
    sample = manager.get("/office/imports/samples/online-retail").content
    past = lambda: SimpleUploadedFile("past.csv", sample)  # noqa: E731
    assert editor.post("/office/imports/new", {"files": past(), "action": "import"}).status_code == 403
    page = sent(manager, past())
    carrying_out.run_waiting()
    assert editor.post(f"{page}/again", {"action": "import"}).status_code == 403
    assert at_the_desk("service").get("/office/imports").status_code == 403


def test_failed_and_partly_refused_ones_are_tasks_until_dealt_with(desk: Browser) -> None:
    page = sent(desk, file(1, bad=1))
    carrying_out.run_waiting()
    assert "有行未导入" in words(desk.get("/office"))
    assert "货品.csv" in words(desk.get("/office/imports?state=open"))
    desk.follow(desk.post(f"{page}/settle"))
    assert "有行未导入" not in words(desk.get("/office"))
    again = sent(desk, file(1))
    db.execute("update integrations_importjob set attempts = 99 where id = %s", (int(again.rpartition("/")[2]),))
    carrying_out.run_waiting()
    assert "失败的导入" in words(desk.get("/office"))
    failed = words(desk.get(again))
    assert "导入失败" in failed
    assert "再运行一次" in failed


def test_a_waiting_one_is_stopped_and_a_finished_one_is_not(desk: Browser) -> None:
    page = sent(desk, file(1))
    assert "已停止" in words(desk.follow(desk.post(f"{page}/stop")))
    assert desk.post(f"{page}/stop").status_code == 409
    assert desk.post(f"{page}/again", {"action": "import"}).status_code == 303


def test_samples_are_there_to_be_taken(desk: Browser) -> None:
    for name in ("shopify-products", "taobao-products", "olist"):
        answer = desk.get(f"/office/imports/samples/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert desk.get("/office/imports/samples/nothing").status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_lists_and_reports_cost_the_same_at_any_size(language: str) -> None:
    desk = at_the_desk("manager", language=language)
    counts = []
    for n in (1, 60):
        for _ in range(2 if n == 1 else 55):
            page = sent(desk, file(1, bad=1))
        carrying_out.run_waiting()
        page = sent(desk, file(1, bad=n))
        carrying_out.run_waiting()
        counts.append(
            [
                statements(desk, path)
                for path in ("/office/imports", "/office/imports?state=open", "/office/imports/new", page)
            ]
        )
    assert counts[0] == counts[1]
    second = desk.get("/office/imports")
    assert 'rel="next"' in words(second)
    assert 'rel="next"' in words(desk.get(page))
    assert desk.get("/office/imports?cursor=bent").status_code == 404
