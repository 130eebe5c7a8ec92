"""``body_html`` is clean by construction: an independent sanitiser finds nothing to take away."""

import nh3
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.render import render
from snapshotter.extract.tree import parse

TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "figure", "img", "figcaption", "table", "tr",
    "td", "th", "a", "em", "strong", "pre", "code", "br",
}  # fmt: skip
PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<i>",
            "</a>",
            "</svg>",
            "<math>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<ul>",
            "<li>",
        ),
        *(
            "</ul>",
            "<blockquote>",
            "<pre>",
            "</pre>",
            "<code>",
            "<h2>",
            "<style>",
            "&lt;script&gt;",
            "&quot;",
            "'",
            '"',
            "<",
            ">",
        ),
        *(
            "text, ",
            "文字。",
            "<br>",
            "<iframe src=x>",
            "<![CDATA[",
            "<!--",
            "-->",
            "<noscript>",
            "<template>",
            "<input>",
            "\0",
        ),
        *("<figure>", "<figcaption>", "<script>alert(1)</script>", "<svg onload=x>", "<img src=x onerror=alert(1)>"),
        *('<a href="javascript:alert(1)">', "<a href='/x\"><script>'>", "<img alt='\"><script>x</script>' src=/a.png>"),
        *('<a href="data:text/html,x">', "<form action=x>"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30))
@settings(max_examples=300, deadline=None)
def test_a_sanitiser_has_nothing_to_do(pieces):
    root = parse("".join(pieces))
    html = render(lay_out(root).blocks, "https://e.com/").html
    cleaned = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}, "img": {"src", "alt"}}, link_rel=None, url_schemes={"http", "https"}
    )
    assert tags(cleaned) == tags(html)


def tags(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a browser would make of it: elements and their attributes."""
    top = parse(f"<div>{html}</div>").root.root
    return [(e.tag, tuple(sorted(e.attributes))) for e in top.traverse() if e.tag != "tbody"]
