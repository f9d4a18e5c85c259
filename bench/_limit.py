"""The limit of the run: what PostgreSQL alone does, through pgbench, with the same work in its barest form."""

import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

SCHEMA = """
create schema if not exists bare;
drop table if exists bare.stock, bare.orders, bare.lines, bare.payment, bare.outbox;
create table bare.stock (id int primary key, on_hand int not null, reserved int not null default 0,
    check (reserved between 0 and on_hand));
create table bare.orders (id bigserial primary key, number text not null, total bigint not null, status text not null,
    placed_at timestamptz not null default now());
create table bare.lines (id bigserial primary key, order_id bigint not null, sku int not null, quantity int not null,
    price bigint not null);
create table bare.payment (id bigserial primary key, order_id bigint not null, amount bigint not null, state text not null);
create table bare.outbox (id bigserial primary key, name text not null, payload jsonb not null);
insert into bare.stock select i, 100000000, 0 from generate_series(1, 10000) i;
"""

PURCHASE = r"""
\set a random(1, 3333)
\set b random(3334, 6666)
\set c random(6667, 10000)
begin;
update bare.stock set reserved = reserved + 1 where id = :a and on_hand - reserved >= 1;
update bare.stock set reserved = reserved + 1 where id = :b and on_hand - reserved >= 1;
update bare.stock set reserved = reserved + 1 where id = :c and on_hand - reserved >= 1;
insert into bare.orders (number, total, status) values ('n', 30000, 'paid') returning id \gset
insert into bare.lines (order_id, sku, quantity, price) values (:id, :a, 1, 10000), (:id, :b, 1, 10000), (:id, :c, 1, 10000);
insert into bare.payment (order_id, amount, state) values (:id, 30000, 'captured');
insert into bare.outbox (name, payload) values ('order_paid', '{"order": 1}');
commit;
"""

FLASH = r"""
begin;
update bare.stock set reserved = reserved + 1 where id = 1 and on_hand - reserved >= 1;
insert into bare.orders (number, total, status) values ('n', 10000, 'pending') returning id \gset
insert into bare.lines (order_id, sku, quantity, price) values (:id, 1, 1, 10000);
insert into bare.payment (order_id, amount, state) values (:id, 10000, 'pending');
insert into bare.outbox (name, payload) values ('order_placed', '{"order": 1}');
commit;
"""


def prepare(url: str) -> None:
    """The bare tables, in a schema of their own in the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        connection.execute("analyze")


def measure(url: str, pgbench: Path, script: str, *, clients: int, seconds: int) -> float:
    """Transactions per second of `script`, prepared, durable, with `clients` connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            str(pgbench),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-f",
            file.name,
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(f"pgbench failed: {done.stderr.strip()[-300:]}")
    return float(found[1])


def best(url: str, script: str, *, clients: tuple[int, ...] = (8, 32), seconds: int = 6) -> "Figures":
    """The tables made anew, then the script with each number of clients; the best figure, and each by its number."""
    from zhanggui.cli.database.binaries import find_server

    prepare(url)
    pgbench = Path(find_server().program("pgbench"))
    return Figures({str(n): round(measure(url, pgbench, script, clients=n, seconds=seconds), 1) for n in clients})


class Figures(float):
    """The best of several figures, which stay at hand by name."""

    def __new__(cls, figures: dict[str, float]) -> "Figures":
        made = super().__new__(cls, max(figures.values()))
        made.figures = figures
        return made

    figures: dict[str, float]

    def __getitem__(self, name: str) -> float:
        return self.figures[name]
