"""State machines as tables: (state, action) -> state. The write itself is a conditional UPDATE by the owning module."""

from collections.abc import Mapping

from .problems import WrongState


class Transitions:
    """A transition table. Its names are the vocabulary of services, timelines and pages."""

    def __init__(self, table: Mapping[tuple[str, str], str]) -> None:
        self.table = dict(table)
        self._sources: dict[str, tuple[str, ...]] = {}
        for state, action in self.table:
            self._sources[action] = (*self._sources.get(action, ()), state)

    def sources(self, action: str) -> tuple[str, ...]:
        """The states from which `action` is possible, for the WHERE of the conditional write."""
        return self._sources.get(action, ())

    def target(self, state: str, action: str) -> str:
        """The state after `action`; raises WrongState where the table has no such step."""
        try:
            return self.table[state, action]
        except KeyError:
            raise WrongState(state=state, action=action) from None

    def actions(self, state: str) -> tuple[str, ...]:
        """What can be done now (the buttons a page may show)."""
        return tuple(verb for (source, verb) in self.table if source == state)
