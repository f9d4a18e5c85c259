"""Jinja with its three most frequent steps shortened: calling, escaping, and choosing between two languages. HOT.

A list of the back office calls 2,500 times and escapes 4,000 values; each of Jinja's own calls looks for decorators that
none of our functions has, and each escaped value becomes an object that is joined to a string in the next moment. The pages
are the same to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

#: What can be called without a look at how it wants to be called; functions that want Jinja's context say so in `_MARK`.
_PLAIN = {Macro, BuiltinFunctionType}
_MARK = "jinja_pass_arg"
_special = re.compile("[&<>\"']").search


class _Context(Context):
    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        kind = type(__obj)
        if kind not in _PLAIN and (kind is not FunctionType or _MARK in __obj.__dict__):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


def _shown(value: Any) -> str:
    """What a page shows of a value, escaped; as text, since it is joined at once."""
    kind = type(value)
    if kind is str:
        return escape(value) if _special(value) else value
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


class _Generator(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class _OneLanguage(NodeTransformer):
    """`t('购物车', 'Cart')` becomes the word itself."""

    def __init__(self, place: int) -> None:
        self.place = place

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        found = self.generic_visit(node)
        if (
            isinstance(node.node, nodes.Name)
            and node.node.name == "t"
            and len(node.args) == 2
            and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
            and all(isinstance(word, nodes.Const) for word in node.args)
        ):
            return node.args[self.place]
        return found


class QuickEnvironment(Environment):
    """`place` is that of the language its pages are in among the words of `t`."""

    context_class = _Context
    code_generator_class = _Generator
    shown = staticmethod(_shown)

    def __init__(self, place: int, **options: Any) -> None:
        self.place = place
        super().__init__(**options)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found: nodes.Template = _OneLanguage(self.place).visit(super()._parse(source, name, filename))
        return found
