"""Language and theme are the visitor's choice, and lead nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.django_db
def test_a_choice_is_kept_and_leads_back():
    answer = Client().post("/preferences", {"lang": "en", "theme": "dark", "next": "/c/tea?page=2"}, headers=OWN)
    assert answer.status_code == 303
    assert answer["Location"] == "/c/tea?page=2"
    assert answer.cookies["zg_lang"].value == "en"
    assert answer.cookies["zg_theme"].value == "dark"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_nowhere_else(address):
    assert Client().post("/preferences", {"next": address}, headers=OWN)["Location"] == "/"


@pytest.mark.django_db
def test_nonsense_is_no_choice():
    answer = Client().post("/preferences", {"lang": "xx", "theme": "<b>", "next": "/"}, headers=OWN)
    assert not answer.cookies
    gone = Client().post("/preferences", {"theme": "auto"}, headers=OWN)
    assert gone.cookies["zg_theme"]["max-age"] == 0
    assert Client().get("/preferences").status_code == 405
