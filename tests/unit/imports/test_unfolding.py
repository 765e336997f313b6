"""What is small on disk and large in memory is refused before it is large; what has no name is refused in words."""

import io
import zipfile

import pytest

from app.foundation.errors import Refused
from app.imports.importers.archives import is_archive, packed_files
from app.imports.importers.workbooks import sheet_rows
from tests.factories.workbooks import archive, workbook

_SHARED = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'
_LINK = (
    '<Relationship Id="rS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)


def one_text_in(cells, length):
    """A workbook of a few kilobytes in which so many cells share one text."""
    made = workbook({"A": [["date", "posts"]]})
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    shared = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, cells + 2))
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        "</sheetData>", f"{shared}</sheetData>"
    )
    parts["xl/sharedStrings.xml"] = _SHARED.format("a" * length)
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", _LINK)
    return io.BytesIO(archive(parts))


def test_one_long_text_in_many_cells_is_too_large():
    assert len(one_text_in(2_100, 40_000).getvalue()) < 30_000
    with pytest.raises(Refused, match="too large to be read"):
        list(sheet_rows(one_text_in(2_100, 40_000)))


def test_a_cell_is_as_long_as_a_spreadsheet_holds():
    assert [len(cells[0]) for _, cells in sheet_rows(one_text_in(1, 40_000))] == [4, 32_767]


def test_an_archive_with_a_nameless_file_is_refused():
    content = io.BytesIO(archive({"a.csv": b"date,posts\n", "?.csv": b"x"}).replace(b"?.csv", b"\0.csv"))
    assert is_archive(content)
    with pytest.raises(Refused, match="a file without a name"):
        packed_files(content, most_bytes=1_000_000)
