"""Files that are answered, and what a browser is to call them (RFC 6266)."""

import re
from urllib.parse import quote

PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def called(name: str, *, shown: bool = False) -> dict[str, str]:
    """The header that names a file, to be saved or, with `shown`, to be seen in the browser.

    An id comes from outside: what a header cannot hold as it is, is written as RFC 8187 says.
    """
    how = "inline" if shown else "attachment"
    told = f'filename="{name}"' if PLAIN.fullmatch(name) else f"filename*=UTF-8''{quote(name, '')}"
    return {"Content-Disposition": f"{how}; {told}"}
