"""Errors with a stable code. The API shows them as RFC 9457 problem+json; the command line as one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from .i18n import ZH, Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `loc` is its path (`lines.0.quantity`), `code` is stable, `message` says how to mend it."""

    loc: str
    code: str
    message: Text | str

    def as_dict(self, lang: str) -> dict[str, str]:
        text = self.message.render(lang) if isinstance(self.message, Text) else self.message
        return {"loc": self.loc, "code": self.code, "message": text}


class Problem(Exception):
    """Base of every refusal a caller can understand. `params` fill the message; `extra` become members of the answer."""

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    message: ClassVar[Text] = Text("无法完成这个请求", "The request cannot be done")

    def __init__(
        self,
        *,
        errors: Iterable[FieldError] = (),
        extra: dict[str, Any] | None = None,
        text: Text | None = None,
        retry_after: int | None = None,
        **params: Any,
    ) -> None:
        self.params = params
        self.errors = list(errors)
        self.extra = extra or {}
        self.text = text or self.message
        self.retry_after = retry_after
        super().__init__(self.code, params)

    def detail(self, lang: str = ZH) -> str:
        return self.text.render(
            lang, **{k: v.render(lang) if isinstance(v, Text) else v for k, v in self.params.items()}
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.detail('en')}"

    def body(self, lang: str = ZH) -> dict[str, Any]:
        """The problem+json members (RFC 9457)."""
        answer: dict[str, Any] = {
            "type": f"urn:zhanggui:problem:{self.code}",
            "title": self.message.render(lang, **self.params) if "{" not in self.message.zh else self.detail(lang),
            "status": self.status,
            "detail": self.detail(lang),
            "code": self.code,
        }
        if self.errors:
            answer["errors"] = [error.as_dict(lang) for error in self.errors]
        answer.update(self.extra)
        return answer


class ValidationFailed(Problem):
    code = "validation_error"
    status = 422
    message = Text("填写的内容有误，请按提示修改", "Some fields are not right; each says how to mend it")

    @classmethod
    def one(cls, loc: str, code: str, zh: str, en: str) -> "ValidationFailed":
        """The common case: a single field."""
        return cls(errors=[FieldError(loc, code, Text(zh, en))])


class NotFound(Problem):
    code = "not_found"
    status = 404
    message = Text("没有找到您要的内容", "Not found")


class PermissionDenied(Problem):
    code = "permission_denied"
    status = 403
    message = Text("您没有权限做这个操作", "You are not allowed to do this")


class NotSignedIn(Problem):
    code = "not_signed_in"
    status = 401
    message = Text("请先登录", "Sign in first")


class Conflict(Problem):
    code = "conflict"
    status = 409
    message = Text("内容已被他人修改，请刷新后再试", "It has changed meanwhile; reload and try again")


class WrongState(Problem):
    """The thing is no longer in a state that allows the action."""

    code = "wrong_state"
    status = 409
    message = Text("当前状态（{state}）不能执行此操作", "Not possible while it is {state}")


class IdempotencyConflict(Problem):
    code = "idempotency_conflict"
    status = 409
    message = Text("这个 Idempotency-Key 已用于另一个请求", "This Idempotency-Key was used for a different request")


class RateLimited(Problem):
    code = "rate_limited"
    status = 429
    message = Text("请求太频繁，请稍后再试", "Too many requests; try again later")


class Unavailable(Problem):
    code = "unavailable"
    status = 503
    message = Text("服务暂时不可用，请稍后重试", "Temporarily unavailable; try again shortly")
