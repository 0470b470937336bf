"""Opens XML files that strangers sent: no entities, no document types, no network, no giants."""

from collections.abc import Iterator

from lxml import etree

from .reading import NotUnderstood

Element = etree._Element


def open_xml(data: bytes) -> Element:
    """The root of a file. Raises `NotUnderstood`.

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
        raise NotUnderstood(f"the XML file is damaged: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotUnderstood("the XML file declares a document type, which no ESPD has")
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
