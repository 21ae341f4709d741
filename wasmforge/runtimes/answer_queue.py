"""A queue between our threads and a web page: numbered items that the page takes, and the answers it sends back.

What items and answers mean is the caller's affair: smoke tests and benchmarks use the same queue.
"""

import queue
import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class AnswerQueue(Generic[Item, Answer]):
    """Items in the order in which they were submitted, and answers by the number of their item."""

    def __init__(self) -> None:
        self._numbers: queue.Queue[int] = queue.Queue()
        self._items: list[Item] = []
        self._answers: dict[int, Answer] = {}
        self._answered = threading.Condition()

    def submit(self, item: Item) -> int:
        """Add an item. Returns its number, from 0 on."""
        number = len(self._items)
        self._items.append(item)
        self._numbers.put(number)
        return number

    def next_number(self, timeout: float) -> int | None:
        """Take the next item off the queue; None when there is none within so many seconds."""
        try:
            return self._numbers.get(timeout=timeout)
        except queue.Empty:
            return None

    def item(self, number: int) -> Item | None:
        """An item that was submitted, whether it was taken or not."""
        return self._items[number] if 0 <= number < len(self._items) else None

    def put_answer(self, number: int, answer: Answer) -> None:
        """Store the answer to an item and wake up who waits for it."""
        with self._answered:
            self._answers[number] = answer
            self._answered.notify_all()

    def wait_answer(self, number: int, timeout: float) -> Answer | None:
        """The answer to an item; None when there is none within so many seconds."""
        with self._answered:
            self._answered.wait_for(lambda: number in self._answers, timeout)
            return self._answers.get(number)
