"""A file is called what it is called, and its name is never more than a name."""

import pytest

from shared.files import called


def test_a_plain_name_stands_as_it_is() -> None:
    assert called("case-1.zip") == {"Content-Disposition": 'attachment; filename="case-1.zip"'}
    assert called("a.pdf", shown=True) == {"Content-Disposition": 'inline; filename="a.pdf"'}


@pytest.mark.parametrize("name", ["Ærø 1.pdf", 'a"; x="b', "a\r\nSet-Cookie: b", "負責", "a/../b"])
def test_any_other_name_is_written_so_that_a_header_can_hold_it(name: str) -> None:
    (said,) = called(name).values()
    told = said.removeprefix("attachment; filename*=UTF-8''")
    assert told.isascii()
    assert not set(told) & set('"\r\n; /')
