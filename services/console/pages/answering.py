"""A supplier's answer to a question or a hearing: its files first, then what it says of them."""

from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile

from services.console.courier import Answer, Courier

MOST_FILES = 50
"""Documents that one answer names; breaches takes no more."""


async def send_answer(
    courier: Courier, token: str, scope: str, form: FormData, key: str
) -> tuple[Answer, int]:
    """Bring the files to onboarding, then the answer with their ids to breaches.

    Also how many files arrived. Where one is refused nothing is answered: the same files sent again
    are the same documents.
    """
    files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    if len(files) > MOST_FILES:
        return Answer(422, reason=f"at most {MOST_FILES} files with one answer"), 0
    document_ids: list[str] = []
    for nth, file in enumerate(files):
        brought = await courier.by_link(
            "onboarding",
            f"/links/{quote(token, safe='')}/documents",
            key=f"{key}-{nth}",
            file=(
                str(file.filename),
                await file.read(),
                file.content_type or "application/octet-stream",
            ),
        )
        if not brought.done:
            return brought, len(document_ids)
        document_ids.append(str(brought.result["document_id"]))
    body: dict[str, Any] = {
        "text": str(form.get("text", "")).strip(),
        "document_ids": list(dict.fromkeys(document_ids)),
    }
    if scope in ("hearing", "letter"):
        body["self_cleaning"] = form.get("self_cleaning") == "yes"
    path = f"/links/{quote(token, safe='')}/answer"
    return await courier.by_link("breaches", path, key=key, body=body), len(files)
