"""The queue between our threads and a web page."""

import threading

from wasmforge.runtimes.answer_queue import AnswerQueue


def test_items_are_taken_once_in_order() -> None:
    queue: AnswerQueue[str, int] = AnswerQueue()
    assert [queue.submit(item) for item in "ab"] == [0, 1]
    assert [queue.next_number(0) for _ in range(3)] == [0, 1, None]
    assert [queue.item(number) for number in (0, 1, 2, -1)] == ["a", "b", None, None]


def test_an_answer_wakes_up_who_waits_for_it() -> None:
    queue: AnswerQueue[str, int] = AnswerQueue()
    first, second = queue.submit("a"), queue.submit("b")
    assert queue.wait_answer(first, 0) is None
    threading.Thread(target=queue.put_answer, args=(second, 2)).start()
    assert queue.wait_answer(second, 60) == 2
    assert queue.wait_answer(first, 0) is None
