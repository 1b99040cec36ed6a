"""Executes cells as Jupyter's own client does, but does not hang when handling a message fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode


class Client(NotebookClient):
    """A client of one kernel, for one notebook.

    `fault`: the exception in which its handling of the kernel's messages ended, or None.
    """

    fault: Exception | None = None

    async def _async_poll_output_msg(self, *arguments: Any) -> None:
        try:
            await super()._async_poll_output_msg(*arguments)
        except Exception as error:
            # Otherwise it would be noticed only when the kernel replies, and the cell may wait for an answer.
            self.fault = error
            if self.task_poll_for_reply:
                self.task_poll_for_reply.cancel()

    def errors(self, cell: NotebookNode) -> Iterator[NotebookNode]:
        """Yield the errors that `cell` shows, and those that widgets show."""
        shown = [cell.get("outputs", ()), *(state.get("outputs", ()) for state in self.widget_state.values())]
        yield from (output for outputs in shown for output in outputs if output["output_type"] == "error")
