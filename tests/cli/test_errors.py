"""What a person at a terminal is told."""

from __future__ import annotations

from zhanggui.cli.errors import explained
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed


def test_a_refused_field_is_named_with_its_reason():
    refused = ValidationFailed(
        errors=[FieldError("mobile", "mobile", "give 11 digits"), FieldError("role", "choice", "there is no such role")]
    )
    assert explained(refused) == "validation_error: mobile: give 11 digits; role: there is no such role"


def test_a_refusal_without_fields_is_its_own_sentence():
    assert explained(NotFound()).startswith("not_found: ")
