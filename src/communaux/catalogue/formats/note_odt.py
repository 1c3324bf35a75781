"""A document as OpenDocument Text (ODF 1.3), written without an office program: same document, same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from communaux.catalogue.formats.document import (
    UNPRINTABLE,
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Line,
    Paragraph,
    Table,
    line,
    printable,
)

MIME = "application/vnd.oasis.opendocument.text"
EPOCH = (1980, 1, 1, 0, 0, 0)
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = {
    "office": f"{OASIS}:office:1.0",
    "text": f"{OASIS}:text:1.0",
    "table": f"{OASIS}:table:1.0",
    "style": f"{OASIS}:style:1.0",
    "fo": f"{OASIS}:xsl-fo-compatible:1.0",
    "meta": f"{OASIS}:meta:1.0",
    "manifest": f"{OASIS}:manifest:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
VERSION = "1.3"
COUNTRY = {"fr": "FR", "en": "GB"}
FONTS = {"Title": "22pt", "Heading_20_1": "16pt", "Heading_20_2": "13pt", "Heading_20_3": "11pt"}

for _prefix, _address in NAMES.items():
    ET.register_namespace(_prefix, _address)


def write(document: Document) -> bytes:
    """The file: `mimetype` first and stored, then the parts, all dated alike."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "content.xml": _content(document),
        "styles.xml": _styles(document.lang),
        "meta.xml": _meta(document),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(zipfile.ZipInfo("mimetype", EPOCH), MIME, zipfile.ZIP_STORED)
        for name, root in parts.items():
            data = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
            packed.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _name(short: str) -> str:
    prefix, _colon, local = short.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"


def _add(parent: ET.Element, short: str, **attributes: str) -> ET.Element:
    """A child; `text_style_name` stands for `text:style-name`."""
    named = {_name(key.replace("_", ":", 1).replace("_", "-")): value for key, value in attributes.items()}
    return ET.SubElement(parent, _name(short), named)


def _root(short: str, **attributes: str) -> ET.Element:
    named = {_name(key.replace("_", ":", 1)): value for key, value in attributes.items()}
    return ET.Element(_name(short), named)


def _content(document: Document) -> ET.Element:
    root = _root("office:document-content", office_version=VERSION)
    body = _add(_add(root, "office:body"), "office:text")
    _add(body, "text:p", text_style_name="Title").text = printable(document.title)
    for number, block in enumerate(document.blocks):
        _block(body, block, number)
    return root


def _block(body: ET.Element, block: Block, number: int) -> None:
    match block:
        case Heading(level, text):
            style = f"Heading_20_{min(level - 1, 3) or 1}"
            title = _add(body, "text:h", text_style_name=style, text_outline_level=str(max(level - 1, 1)))
            title.text = printable(text)
        case Paragraph():
            _paragraph(body, block.line)
        case Bullets(lines):
            items = _add(body, "text:list", text_style_name="List_20_1")
            for one in lines:
                _paragraph(_add(items, "text:list-item"), one)
        case Table():
            _table(body, block, number)


def _paragraph(parent: ET.Element, told: Line, style: str = "Text_20_body") -> None:
    """Runs one after the other: words go to the tail of the link before them."""
    made, last = _add(parent, "text:p", text_style_name=style), None
    for run in told:
        text = UNPRINTABLE.sub("", run.text).replace("\n", " ").replace("\t", " ").replace("\r", " ")
        if run.link:
            last = _add(made, "text:a", xlink_type="simple", xlink_href=printable(run.link))
            last.text = text
        elif last is None:
            made.text = (made.text or "") + text
        else:
            last.tail = (last.tail or "") + text


def _table(body: ET.Element, table: Table, number: int) -> None:
    if table.caption:
        _paragraph(body, line(table.caption), "Table_20_caption")
    made = _add(body, "table:table", table_name=f"Table{number}", table_style_name="Grid")
    _add(made, "table:table-column", table_number_columns_repeated=str(len(table.head)))
    head = _add(_add(made, "table:table-header-rows"), "table:table-row")
    _cells(head, [(line(name),) for name in table.head], "Table_20_heading")
    for row in table.rows:
        _cells(_add(made, "table:table-row", table_style_name="Row"), row, "Table_20_contents")


def _cells(row: ET.Element, cells: Iterable[Cell], style: str) -> None:
    for cell in cells:
        made = _add(row, "table:table-cell", office_value_type="string", table_style_name="Cell")
        for told in cell or ((),):
            _paragraph(made, told, style)


def _styles(lang: str) -> ET.Element:
    root = _root("office:document-styles", office_version=VERSION)
    styles = _add(root, "office:styles")
    default = _add(styles, "style:default-style", style_family="paragraph")
    _add(default, "style:paragraph-properties", fo_margin_bottom="0.2cm")
    country = COUNTRY.get(lang, "none")
    _add(default, "style:text-properties", fo_font_size="11pt", fo_language=lang, fo_country=country)
    for name in ("Text_20_body", "Table_20_contents", "Table_20_caption"):
        _add(styles, "style:style", style_name=name, style_family="paragraph")
    for name, size in {**FONTS, "Table_20_heading": "11pt"}.items():
        bold = _add(styles, "style:style", style_name=name, style_family="paragraph")
        _add(bold, "style:paragraph-properties", fo_margin_top="0.4cm", fo_keep_with_next="always")
        _add(bold, "style:text-properties", fo_font_size=size, fo_font_weight="bold")
    _bullets(styles)
    _grid(styles)
    _page(root)
    return root


def _bullets(styles: ET.Element) -> None:
    bullets = _add(styles, "text:list-style", style_name="List_20_1")
    level = _add(bullets, "text:list-level-style-bullet", text_level="1", text_bullet_char="•")
    _add(level, "style:list-level-properties", text_space_before="0.4cm", text_min_label_width="0.4cm")


def _grid(styles: ET.Element) -> None:
    """A table over the width of the page, thin lines; a row stays on one page where it fits."""
    grid = _add(styles, "style:style", style_name="Grid", style_family="table")
    _add(grid, "style:table-properties", style_width="17cm", table_align="margins")
    row = _add(styles, "style:style", style_name="Row", style_family="table-row")
    _add(row, "style:table-row-properties", fo_keep_together="always")
    cell = _add(styles, "style:style", style_name="Cell", style_family="table-cell")
    _add(cell, "style:table-cell-properties", fo_border="0.5pt solid #8a857c", fo_padding="0.1cm")


def _page(root: ET.Element) -> None:
    layout = _add(_add(root, "office:automatic-styles"), "style:page-layout", style_name="A4")
    _add(layout, "style:page-layout-properties", fo_page_width="21cm", fo_page_height="29.7cm", fo_margin="2cm")
    _add(_add(root, "office:master-styles"), "style:master-page", style_name="Standard", style_page_layout_name="A4")


def _meta(document: Document) -> ET.Element:
    root = _root("office:document-meta", office_version=VERSION)
    meta = _add(root, "office:meta")
    _add(meta, "meta:generator").text = "Communaux"
    _add(meta, "dc:title").text = printable(document.title)
    _add(meta, "dc:language").text = document.lang
    return root


def _manifest() -> ET.Element:
    root = _root("manifest:manifest", manifest_version=VERSION)
    _add(root, "manifest:file-entry", manifest_full_path="/", manifest_version=VERSION, manifest_media_type=MIME)
    for name in ("content.xml", "styles.xml", "meta.xml"):
        _add(root, "manifest:file-entry", manifest_full_path=name, manifest_media_type="text/xml")
    return root
