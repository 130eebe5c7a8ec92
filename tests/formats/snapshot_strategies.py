"""Records as hostile as they come."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from snapshotter.clock import rfc3339
from snapshotter.formats.schema import CHOICES, KINDS, TIMES, Kind
from snapshotter.items import Related, Snapshot

times = st.just("") | st.integers(-2_000_000_000, 4_000_000_000).map(
    lambda seconds: rfc3339(datetime.fromtimestamp(seconds, UTC))
)
any_text = st.text(max_size=30)
# Lines of the format itself, breaks and white space of all kinds
PIECES = """
• 我的订阅|  • 教育|类别:|\u00a0发布时间:|\u00a0来源:|快照生成时间:2024-07-01 21:41:00|以上内容为资讯信息快照,由
信息原文地址:|更多关于|的资讯:|标题|2024-07-01 21:41:00|</script>|<b>|&amp;|"|\\u003c|\u2028|\x85|\u00a0| |
""".replace("\n", "|").split("|")
BREAKS = ["\n", "\n\n", "\r\n", "\r", "\f", "\n\f\n"]
odd_text = st.lists(st.sampled_from(PIECES + BREAKS) | st.text(max_size=5), max_size=8).map("".join)
texts = any_text | odd_text
related = st.builds(Related, texts, texts, times)


def _value(name: str, kind: Kind) -> st.SearchStrategy[Any]:
    if kind.many:
        item = related if kind.item is Related else st.builds(kind.item, *[texts] * len(kind.keys))
        return st.lists(item if kind.keys else texts, max_size=3).map(tuple)
    if kind.item is int:
        return st.integers(0, 2**63 - 1)
    if name in CHOICES:
        return st.sampled_from(CHOICES[name])
    return times if name in TIMES else texts


_fields = st.one_of([st.tuples(st.just(name), _value(name, kind)) for name, kind in KINDS.items()])
snapshots = st.lists(_fields, max_size=8).map(lambda pairs: Snapshot(**dict(pairs)))
printed_snapshots = st.builds(
    Snapshot,
    url=texts,
    final_url=texts,
    captured_at=times,
    title=texts,
    category=texts,
    category_source=st.sampled_from(["page", "guessed", ""]),
    published_at=times,
    source_name=texts,
    body_text=texts,
    archive=texts,
    related=st.lists(related, max_size=12).map(tuple),
)
