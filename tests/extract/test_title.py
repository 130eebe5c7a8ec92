"""The article's own title and subtitle, not the site's name nor the section's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.evidence import gather
from snapshotter.extract.subtitle import find_subtitle
from snapshotter.extract.title import find_title
from snapshotter.extract.tree import parse

TEXT = "<p>" + "The bridge over the river was opened to all who had waited for it. " * 4 + "</p>"
ZH = "<p>" + "大桥今天上午正式通车，两岸的居民等了整整十年，终于不用再坐轮渡过江。" * 4 + "</p>"


def title_of(html, site_name=""):
    tree = parse(html)
    evidence, layout = gather(tree), lay_out(tree)
    return find_title(layout, evidence, site_name)


def subtitle_of(html, title):
    tree = parse(html)
    evidence, layout = gather(tree), lay_out(tree)
    return find_subtitle(layout, evidence, title)


def og(name, value):
    return f'<meta property="og:{name}" content="{value}">'


@pytest.mark.parametrize(
    ("html", "title"),
    [
        # the shown heading that the page's own naming agrees with
        ("<title>A bridge is opened | River News</title><h1>River News</h1><h2>A bridge is opened</h2>" + TEXT,
         "A bridge is opened"),
        ("<title>River News</title>" + og("title", "A bridge is opened") + "<h1>Local</h1><h3>A bridge is opened</h3>",
         "A bridge is opened"),
        ("<title>大桥今日通车_江城日报</title><h1>江城日报</h1><div class=biaoti>大桥今日通车</div>" + ZH,
         "大桥今日通车"),
        ("<title>书记这一周 | 大桥今日正式通车</title><h1>书记这一周 | 大桥今日正式通车</h1>" + ZH,
         "书记这一周 | 大桥今日正式通车"),
        # what it is called where no heading is shown
        ("<title>A bridge is opened - River News</title>" + og("title", "A bridge is opened"), "A bridge is opened"),
        ("<title>A bridge is opened - River News</title>" + og("site_name", "River News") + TEXT, "A bridge is opened"),
        ("<title>大桥今日通车--时政--江城网</title>" + ZH, "大桥今日通车"),
        # the only h1
        ("<title>River News</title><h1>A bridge is opened</h1>" + TEXT, "A bridge is opened"),
        # a heading less the site's name that the page states
        ("<title>x</title>" + og("site_name", "River News") + "<h1>A bridge is opened – River News</h1>" + TEXT,
         "A bridge is opened"),
        ('<link rel=canonical href="https://www.rivernews.example/a"><title>A bridge is opened – RiverNews</title>',
         "A bridge is opened"),
        # without the kicker, the date or the label in front
        ("<title>A bridge is opened - River News</title>" + og("title", "A bridge is opened")
         + "<h1>Traffic: A bridge is opened</h1>" + TEXT, "A bridge is opened"),
        ("<title>Eine Brücke wird eröffnet | Fluss</title>" + og("title", "Eine Brücke wird eröffnet")
         + "<h1><span>Verkehr</span> <span>Eine Brücke wird eröffnet</span></h1>" + TEXT, "Eine Brücke wird eröffnet"),
        # with it, where anything else on the page has it too
        ("<title>Traffic: A bridge is opened</title>" + og("title", "A bridge is opened")
         + "<h1>Traffic: A bridge is opened</h1>" + TEXT, "Traffic: A bridge is opened"),
        ("<title>The bridge of the year - River News</title>" + og("title", "bridge of the year")
         + "<h1>The bridge of the year</h1>" + TEXT, "The bridge of the year"),
        # a page whose title element is but its site's: the line above byline or text
        ("<title>江城论坛</title><table><tr><td><a href=/>首页</a></td></tr><tr><td>主题： 大桥今天终于通车了</td></tr>"
         "<tr><td>作者：张三 时间：2005-08-22 19:13</td></tr></table>" + ZH, "大桥今天终于通车了"),
        ("<title></title><p>大桥今天终于通车了</p>" + ZH, "大桥今天终于通车了"),
        ("<title>江城网</title><p>原标题：大桥今天终于通车了</p>" + ZH, "大桥今天终于通车了"),
        # one that is a part of the title element
        ("<title>江城网 - 大桥今天终于通车了 - 社会新闻频道</title><td>大桥今天终于通车了</td><p>楼主</p>" + ZH,
         "大桥今天终于通车了"),
        # white space and line breaks
        ("<title>A bridge\n is  opened</title>" + TEXT, "A bridge is opened"),
        ("", ""),
        (TEXT, ""),
    ],
)  # fmt: skip
def test_the_title_is_the_articles_own(html, title):
    assert title_of(html).text == title


def test_the_sites_name_as_its_rule_gives_it_is_no_title():
    html = "<title>A bridge is opened</title><h1>River News</h1>" + TEXT
    assert title_of(html, "River News").text == "A bridge is opened"


def test_every_candidate_says_where_it_is_from_and_what_it_weighs():
    found = title_of(
        "<title>A bridge is opened | River</title>" + og("title", "A bridge") + "<h1>A bridge is opened</h1>"
    )
    assert [one.where for one in found.candidates] == ["h1", "og", "title element"]
    weights = [one.weight for one in found.candidates]
    assert weights == sorted(weights, reverse=True)


def test_a_page_of_headings_is_read_in_bounded_time():
    found = title_of("<title>" + "long " * 50_000 + "</title>" + "<h2>A head of it</h2>" * 20_000)
    assert len(found.candidates) <= 30


@pytest.mark.parametrize(
    ("html", "subtitle"),
    [
        ("<h1>A bridge</h1><p class=standfirst>It took ten years.</p>" + TEXT, "It took ten years."),
        ("<h1>A bridge</h1><div class=article-subtitle><p>It took ten years.</p></div>" + TEXT, "It took ten years."),
        ("<h1>A bridge</h1><p>1 May 2024</p><h2 class=deck>It took ten years.</h2>" + TEXT, "It took ten years."),
        ("<h1>A bridge</h1><p>——写在大桥通车之际</p>" + ZH, "——写在大桥通车之际"),
        ("<h1>A bridge</h1><p>副标题：写在大桥通车之际</p>" + ZH, "写在大桥通车之际"),
        # the description, only where it is shown, and not as the text's first paragraph
        ('<meta name=description content="It took ten years."><h1>A bridge</h1><h4>It took ten years.</h4>' + TEXT,
         "It took ten years."),
        ('<meta name=description content="It took ten years."><h1>A bridge</h1><div><p>It took ten years.</p>'
         + TEXT + "</div>", ""),
        ('<meta name=description content="It took ten years."><h1>A bridge</h1>' + TEXT, ""),
        ("<h1>A bridge</h1><p>By Ann Bee</p>" + TEXT, ""),
        ("<p class=standfirst>It took ten years.</p>" + TEXT, ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_subtitle_is_shown_below_the_title(html, subtitle):
    assert subtitle_of(html, "A bridge") == subtitle


_PARTS = st.sampled_from(
    [
        *("<title>|</title>", "<title>A - B | C_D</title>", og("title", "A"), og("title", "—"), og("url", "http://[")),
        *("<h1>A</h1>", "<h1>A - B</h1>", "<h1>|</h1>", "<h2>B</h2>", "<br>", TEXT, ZH),
        *("<p>原标题：</p>", "<p>标题：</p>", "<p>作者：甲</p>"),
    ]
)


@given(st.lists(_PARTS | st.text(max_size=9), max_size=8).map("".join), st.text(max_size=5))
def test_any_page_has_its_heaviest_candidate_for_title(html, site_name):
    found = title_of(html, site_name)
    assert found.text == (found.candidates[0].value if found.candidates else "")
    assert "\n" not in found.text
    assert "\n" not in subtitle_of(html, found.text)
