"""What EUDAMED says of a certificate: the search of the public site, which is not documented (M).

Fields and codes as that interface gives them in 2026. It passes over a filter that it does not
know, and answers with other certificates: what it says is believed only of the one that was asked.
"""

from collections.abc import Callable
from typing import Any

from .asking import Access, OverHttp
from .formats import UNKNOWN, Answer, Format, Question

VERSIONS = 50
"""Versions of one certificate that are looked through; each change of its standing makes one."""

STANDINGS = {
    "suspended": "suspended",
    "withdrawn": "withdrawn",
    "cancelled": "withdrawn",
    "restricted": "restricted",
    "issued": "in force",
    "supplemented": "in force",
    "amended": "in force",
    "reissued": "in force",
    "reinstated": "in force",
}
"""What a notified body enters (MDR Art 56(5)) and what that is for us; what is not here says
nothing about whether the certificate counts. It cancels one at the wish of the manufacturer.
"""


class Certificates:
    """EUDAMED, asked about certificates."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, certificate: str) -> Answer:
        """Notified body and number. Never raises: what failed is `unavailable`."""
        return await OverHttp(_format(certificate), self._access).ask(certificate)


def _format(certificate: str) -> Format:
    return Format(scheme="certificate", ask=_question, read=_reads(certificate))


def _question(certificate: str) -> Question:
    body, _, number = certificate.partition(" ")
    return Question(
        path="/certificates/search/",
        parameters={
            "page": "0",
            "pageSize": str(VERSIONS),
            "size": str(VERSIONS),
            "certificateNumber": number,
            "notifiedBodySrn": body,
            "languageIso2Code": "en",
            "iso2Code": "en",
            "entityTypeCode": "certificate.certificates",
        },
    )


def _reads(certificate: str) -> Callable[[Any], Answer]:
    def read(said: Any) -> Answer:
        versions = [one for one in said["content"] if _name(one) == certificate.casefold()]
        return _answer(max(versions, key=_age)) if versions else UNKNOWN

    return read


def _name(one: Any) -> str:
    number = " ".join(str(one["certificateNumber"]).split())
    return f"{one['notifiedBodySrn']} {number}".casefold()


def _age(one: Any) -> tuple[bool, int, str, str]:
    return (
        one.get("latestVersion") is True,
        int(one.get("versionNumber") or 0),
        str(one.get("revisionNumber") or ""),
        str(one.get("issueDate") or ""),
    )


def _answer(one: Any) -> Answer:
    code = str(one["certificateStatus"]["code"]).rpartition(".")[2]
    return Answer.known(
        status=code,
        standing=STANDINGS.get(code, ""),
        revision=one.get("revisionNumber"),
        issued=_day(one.get("issueDate")),
        valid_until=_day(one.get("expiryDate")),
        manufacturer=one.get("actorName"),
        srn=one.get("actorSrn"),
    )


def _day(moment: object) -> str:
    return str(moment or "")[:10]
