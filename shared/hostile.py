"""Opens XML that strangers sent: no entities, no document types, no network, no giants."""

from collections.abc import Iterator

from lxml import etree

Element = etree._Element


class Damaged(Exception):
    """A file that is broken or hostile, and why in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def open_xml(data: bytes) -> Element:
    """The root of a file. Raises `Damaged`.

    A document type is refused as such: no format that we read has one, and entity bombs and
    references to other files begin with it.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Damaged(f"the XML file is damaged: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Damaged("the XML file declares a document type, which no format read here has")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from element.iterchildren("{*}" + name)


def first(element: Element | None, *path: str) -> Element | None:
    """The first element on a path of local names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text(element: Element | None, *path: str) -> str:
    """The text at the end of a path of local names, without blanks around it."""
    found = first(element, *path)
    return (found.text or "").strip() if found is not None else ""
