"""Words that are joined as the reader's language joins them."""

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from ingest.services.phrases import filled, listed_with_and
from ingest.templatetags.phrases import one_after_the_other


@pytest.mark.parametrize(
    ("words", "together"),
    [
        (["Ana", "Bo"], "Ana 和 Bo"),
        (["王芳", "李伟"], "王芳和李伟"),
        (["王芳", "Bo"], "王芳和 Bo"),
        (["Ana", "Bo", "李伟"], "Ana、Bo 和李伟"),
    ],
)
def test_a_blank_parts_chinese_from_latin_and_nothing_else(words: list[str], together: str) -> None:
    with translation.override("zh-hans"):
        assert listed_with_and(words) == together
    with translation.override("en"):
        assert listed_with_and(words) == f"{', '.join(words[:-1])} and {words[-1]}"


def test_a_template_without_chinese_keeps_its_blanks() -> None:
    assert filled("to %(place)s now", place="生产环境") == "to 生产环境 now"


def test_after_a_full_width_mark_there_is_no_blank_and_every_tag_stays() -> None:
    page = '已发送。\n  <a href="/x">查看</a>。\n <span class="muted">（共 3 行）</span> 完。 <p>新段</p>'
    assert str(one_after_the_other(SafeString(page))) == (
        '已发送。<a href="/x">查看</a>。<span class="muted">（共 3 行）</span>完。<p>新段</p>'
    )
    assert str(one_after_the_other(SafeString("Sent. Look."))) == "Sent. Look."
