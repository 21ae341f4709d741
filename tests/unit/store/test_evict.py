"""What is taken out of the store: what was not of use for longest, and never a blob that something kept needs."""

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.cache import StoredRecord
from wasmforge.store.evict import evict

DIGESTS = ("a", "b", "c", "d")


def kept(key: str, used: float, *blobs: str, size: int = 1) -> StoredRecord:
    return StoredRecord(kind="entry", key=key, used=used, size=size, blobs=blobs)


def test_the_oldest_goes_first() -> None:
    old, new = kept("old", 1, "a"), kept("new", 2, "b")
    assert evict([new, old], {"a": 10, "b": 10}, most=15, before=None) == ((old,), ("a",))


def test_a_shared_blob_goes_with_the_last_that_needs_it() -> None:
    old, new = kept("old", 1, "a", "b"), kept("new", 2, "b")
    things = [old, new]
    assert evict(things, {"a": 10, "b": 10}, most=11, before=None) == ((old,), ("a",))
    assert evict(things, {"a": 10, "b": 10}, most=0, before=None) == ((old, new), ("a", "b"))


def test_what_nothing_stands_for_goes_even_where_there_is_room() -> None:
    assert evict([kept("one", 1, "a")], {"a": 1, "lost": 5}, most=100, before=None) == ((), ("lost",))


def test_what_was_of_use_since_stays() -> None:
    old, new = kept("old", 10), kept("new", 20)
    assert evict([old, new], {}, most=None, before=15)[0] == (old,)


@given(
    st.lists(st.tuples(st.floats(0, 9), st.sets(st.sampled_from(DIGESTS)), st.integers(0, 5)), max_size=8),
    st.dictionaries(st.sampled_from(DIGESTS), st.integers(0, 9)),
    st.none() | st.integers(0, 60),
    st.none() | st.floats(0, 10),
)
def test_what_stays_is_whole_recent_and_small_enough(
    things: list[tuple[float, set[str], int]], blobs: dict[str, int], most: int | None, before: float | None
) -> None:
    all_kept = [kept(str(i), used, *sorted(names), size=size) for i, (used, names, size) in enumerate(things)]
    gone, unheld = evict(all_kept, blobs, most=most, before=before)
    stays = [k for k in all_kept if k not in gone]
    left = {d: s for d, s in blobs.items() if d not in unheld}
    assert len(set(unheld)) == len(unheld)
    assert set(left) == {d for k in stays for d in k.blobs} & set(blobs)
    assert most is None or sum(left.values()) + sum(k.size for k in stays) <= most or not stays
    assert before is None or all(k.used >= before for k in stays)
    assert all(k.used <= s.used for k in gone for s in stays)
