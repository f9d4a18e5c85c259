"""Imports asked for at the desk: told, carried out in the background, gone on with, reported, run again, forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from zhanggui.catalog import selectors as catalog
from zhanggui.cli import archive
from zhanggui.integrations import folders, selectors, services
from zhanggui.integrations.errors import (
    FilesForgotten,
    FormatsMixed,
    FormatUnclear,
    NothingUploaded,
    UploadTooLarge,
    WrongFormat,
)
from zhanggui.integrations.importers import FORMATS
from zhanggui.integrations.services import carrying_out, imports
from zhanggui.integrations.types import ImportView
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem, WrongState

pytestmark = pytest.mark.django_db
STAFF = Actor("staff", 7, "小林", frozenset({"catalog.import", "imports.history"}))
HEAD = "Handle,Title,Body (HTML),Vendor,Type,Variant SKU,Variant Price,Variant Inventory Qty\n"


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def goods(count: int, bad: int = 0) -> str:
    rows = [f"p-{n},商品 {n},,,,S-{n},9.90,5\n" for n in range(count)]
    return HEAD + "".join(rows) + "".join(f"bad-{n},坏行 {n},,,,B-{n},九块九,5\n" for n in range(bad))


def upload(*files: tuple[str, str | bytes]) -> services.Upload:
    taken = services.Upload()
    for name, data in files:
        with taken.add_file(name) as stream:
            stream.write(data.encode() if isinstance(data, str) else data)
    return taken


def ask(text: str, **more: Any) -> int:
    return services.start_upload(upload(("goods.csv", text)), actor=STAFF, **more)


def carried_out(job_id: int) -> ImportView:
    carrying_out.run_waiting()
    return selectors.import_job(job_id)


def test_a_file_is_told_from_its_header_taken_in_and_reported() -> None:
    job_id = ask(goods(3, bad=2))
    assert selectors.import_job(job_id).status == "waiting"
    done = carried_out(job_id)
    assert (done.format, done.status, done.actor_label) == ("shopify-products", "finished", "小林")
    assert (done.created, done.updated, done.skipped, done.rejected) == (3, 0, 0, 2)
    assert done.line == done.lines == 6
    assert catalog.sellable_by_code(["S-1"])[0].sellable
    said = selectors.remarks(job_id, outcome="rejected").items
    assert [(each.file, each.line) for each in said] == [("goods.csv", 5), ("goods.csv", 6)]
    assert "九块九" in said[0].message.zh
    assert "not an amount" in said[0].message.en


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    tried = carried_out(ask(goods(3, bad=1), dry_run=True))
    assert (tried.status, tried.created, tried.rejected) == ("finished", 3, 1)
    assert not catalog.sellable_by_code(["S-1"])[0].sku_id
    assert not tried.needs_a_look
    done = carried_out(services.run_again(tried.id, actor=STAFF))
    assert (done.dry_run, done.created, done.rejected) == (False, 3, 1)


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    mall_settings.put("imports.batch", 2, actor=SYSTEM)
    job_id = ask(goods(6, bad=1))
    whole, batches = imports._write, []

    def dies(batch: Any, actor: Actor) -> Any:
        batches.append(batch)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return whole(batch, actor)

    monkeypatch.setattr(imports, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        carrying_out.run_waiting()
    left = selectors.import_job(job_id)
    assert (left.status, left.created, left.handled) == ("running", 4, 4)
    monkeypatch.undo()
    done = carried_out(job_id)
    assert (done.status, done.attempts) == ("finished", 2)
    assert (done.created, done.skipped, done.rejected) == (6, 0, 1)
    assert len(selectors.remarks(job_id).items) == 1


def test_a_restored_mall_goes_on_with_what_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    mall_settings.put("imports.batch", 2, actor=SYSTEM)
    job_id = ask(goods(6))
    with monkeypatch.context() as dying:
        dying.setattr(imports, "_write", _die)
        with pytest.raises(KeyboardInterrupt):
            carrying_out.run_waiting()
    (tmp_path / "dump").write_bytes(b"dump")
    archive.write(tmp_path / "mall.backup", tmp_path / "dump", tmp_path, {"made_at": "now"})
    settings.DATA_DIR = tmp_path / "elsewhere"
    archive.read(tmp_path / "mall.backup", into=settings.DATA_DIR)
    done = carried_out(job_id)
    assert (done.status, done.attempts, done.created) == ("finished", 2, 6)


def test_an_import_whose_files_are_gone_says_so_and_ends(settings: Any, tmp_path: Path) -> None:
    job_id = ask(goods(1))
    settings.DATA_DIR = tmp_path / "elsewhere"
    failed = carried_out(job_id)
    assert failed.status == "failed"
    assert failed.failure
    assert failed.failure.zh == "这次导入的文件已不在服务器上，请重新上传"
    with pytest.raises(FilesForgotten):
        services.run_again(job_id, actor=STAFF)


def _die(_batch: Any, _actor: Actor) -> Any:
    raise KeyboardInterrupt


def test_an_import_that_ends_every_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = ask(goods(1))
    db.execute("update integrations_importjob set status = 'running', attempts = %s", (carrying_out.ATTEMPTS_MOST,))
    done = carried_out(job_id)
    assert done.status == "failed"
    assert done.failure
    assert "20" in done.failure.zh
    monkeypatch.setattr(carrying_out, "run_import", lambda *_a, **_k: 1 // 0)
    broken = carried_out(ask(goods(1)))
    assert broken.status == "failed"
    assert broken.failure
    assert "ZeroDivisionError" in broken.failure.en


def test_one_process_at_a_time_and_in_order() -> None:
    first, second = ask(goods(1)), ask(goods(2))
    assert carrying_out.run_waiting() == 2
    assert selectors.import_job(first).created == 1
    assert (selectors.import_job(second).created, selectors.import_job(second).skipped) == (1, 1)


def test_it_is_stopped_between_batches_and_what_was_taken_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = ask(goods(1))
    services.stop_import(waiting, actor=STAFF)
    assert carried_out(waiting).status == "stopped"
    with pytest.raises(WrongState):
        services.stop_import(waiting, actor=STAFF)
    mall_settings.put("imports.batch", 2, actor=SYSTEM)
    job_id = ask(goods(6))
    whole = imports._write

    def stopping(batch: Any, actor: Actor) -> Any:
        if selectors.import_job(job_id).created == 2:
            services.stop_import(job_id, actor=STAFF)
        return whole(batch, actor)

    monkeypatch.setattr(imports, "_write", stopping)
    done = carried_out(job_id)
    assert (done.status, done.created) == ("stopped", 2)


@pytest.mark.parametrize(
    ("files", "format", "refusal", "word"),
    [
        ([], "", NothingUploaded, "选择"),
        ([("a.csv", "")], "", NothingUploaded, "选择"),
        ([("a.csv", "name,colour\n1,2\n")], "", FormatUnclear, "name, colour"),
        ([("a.csv", goods(1))], "magento-products", WrongFormat, "看起来是 Shopify"),
        (
            [("a.csv", goods(1)), ("b.csv", "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n")],
            "",
            FormatsMixed,
            "分开",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_at_once_and_leaves_nothing(
    files: list[tuple[str, str]], format: str, refusal: type[Problem], word: str, tmp_path: Path
) -> None:
    with pytest.raises(refusal) as told:
        services.start_upload(upload(*files), format=format, actor=STAFF)
    assert word in told.value.detail()
    assert not list(tmp_path.rglob("*.csv"))
    assert not selectors.imports().items


def test_more_than_the_mall_allows_is_refused() -> None:
    mall_settings.put("imports.upload_mb", 1, actor=SYSTEM)
    with pytest.raises(UploadTooLarge) as told:
        ask(HEAD + "x" * (1 << 20))
    assert "超过上限 1 MB" in told.value.detail()


def test_names_are_made_fit_and_stay_apart(tmp_path: Path) -> None:
    taken = upload(
        ("../../etc/passwd", "a"), ("C:\\货品\\单.csv", "b"), ("单.csv", "c"), ("\0<>", "d"), ("长" * 300 + ".csv", "e")
    )
    assert taken.names[:4] == ["passwd", "单.csv", "2-单.csv", "file"]
    assert all(path.parent == folders.path_of(taken.folder) for path in taken.paths)
    assert len(taken.names[4].encode()) <= 200
    assert taken.names[4].endswith(".csv")


def test_failed_and_partly_refused_ones_wait_for_somebody() -> None:
    bad = carried_out(ask(goods(1, bad=1)))
    db.execute("update integrations_importjob set attempts = 99 where id = %s", (failing := ask(goods(1)),))
    carried_out(failing)
    carried_out(ask(goods(2)))
    carried_out(ask(goods(1, bad=3), dry_run=True))
    assert selectors.open_counts() == {"failed": 1, "rejected": 1}
    assert {view.id for view in selectors.imports(state="open").items} == {bad.id, failing}
    services.settle_import(bad.id, actor=STAFF)
    services.run_again(failing, actor=STAFF)
    assert selectors.open_counts() == {"failed": 0, "rejected": 0}


def test_old_files_and_reports_go_and_the_import_stays_known(tmp_path: Path) -> None:
    job_id = ask(goods(1, bad=1))
    carried_out(job_id)
    assert services.forget_imports(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=91)):
        assert services.forget_imports(actor=SYSTEM) == 1
        assert services.forget_imports(actor=SYSTEM) == 0
    assert not list(tmp_path.rglob("*.csv"))
    assert not selectors.remarks(job_id).items
    known = selectors.import_job(job_id)
    assert (known.rejected, known.has_files) == (1, False)
    with pytest.raises(FilesForgotten):
        services.run_again(job_id, actor=STAFF)


def test_a_long_report_is_cut_and_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "REMARKS_MOST", 3)
    monkeypatch.setattr(carrying_out, "PART", 2)
    done = carried_out(ask(goods(1, bad=7)))
    assert done.rejected == 7
    assert len(selectors.remarks(done.id).items) == 3


@pytest.mark.parametrize("form", [view.name for view in selectors.formats()])
def test_every_sample_imports_as_it_is(form: str) -> None:
    sample = selectors.sample(form)
    done = carried_out(services.start_upload(upload((sample.name, sample.content)), actor=STAFF))
    assert (done.format, done.status, done.rejected) == (form, "finished", 0), selectors.remarks(done.id).items
    assert done.created > 0
    assert not done.failure


def test_every_format_is_offered_with_what_it_needs() -> None:
    offered = {view.name: view for view in selectors.formats()}
    assert offered.keys() == FORMATS.keys()
    assert {name for name, view in offered.items() if view.permission} == {"olist", "online-retail"}


def test_who_asked_and_what_came_of_it_is_in_the_audit_log() -> None:
    job_id = ask(goods(1))
    carried_out(job_id)
    rows = db.rows(
        "select action, actor_label from kernel_auditrow where target_type = 'import' and target_id = %s order by id",
        (str(job_id),),
    )
    assert [(row["action"], row["actor_label"]) for row in rows] == [
        ("integrations.start_import", "小林"),
        ("integrations.end_import", "小林"),
    ]
