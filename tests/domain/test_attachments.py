"""What a file is by its first bytes, and how it may be called."""

import pytest

from batonpass.domain.attachments import HEAD, KNOWN, MAX_NAME, safe_name, type_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    "head,found",
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"OggS\x00", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", OFFICE + "wordprocessingml.document"),
        (b"PK\x03\x04....xl/workbook.xml", OFFICE + "spreadsheetml.sheet"),
        (b"PK\x03\x04....readme", "application/zip"),
        ("\ufeffna\u00efve, 3 < 4\n".encode(), "text/plain"),
        # What is none of them, or is more than it seems
        (b"<!doctype html><script>", None),
        (b"  \n<svg onload=alert(1)>", None),
        (b"\xef\xbb\xbf<html>", None),
        (b"%!PS-Adobe", None),
        (b"MZ\x90\x00", None),
        (b"\x7fELF", None),
        (b"\xff\xfe<\x00h\x00", None),
        (b"words\x00", None),
        (b"words \x1b[2J", None),
        (b"caf\xe9", None),
        (b" \n ", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(head: bytes, found: str | None) -> None:
    assert type_of(head, len(head)) == found
    assert found is None or found in KNOWN


def test_a_character_cut_in_two_is_still_text() -> None:
    whole = ("x" * (HEAD - 1) + "\u20ac" * 3).encode()
    assert type_of(whole[:HEAD], len(whole)) == "text/plain"
    assert type_of(whole[:HEAD], HEAD) is None, "a whole file that ends so is none"


@pytest.mark.parametrize(
    "name,safe",
    [
        ("scan.png", "scan.png"),
        ("Photo.PNG", "Photo.png"),
        ("../../etc/passwd", "etc_passwd.png"),
        ("a.html", "a.html.png"),
        ("a\u202egnp.exe", "a_gnp.exe.png"),
        ('"; filename=x.html', "; filename=x.html.png"),
        ("", "file.png"),
        ("...", "file.png"),
        (".png", "png.png"),
        ("a\r\nSet-Cookie: x", "a_Set-Cookie_ x.png"),
        ("\u00fcber uns", "\u00fcber uns.png"),
    ],
)
def test_a_name_is_harmless_and_ends_as_its_type_does(name: str, safe: str) -> None:
    assert safe_name(name, "image/png") == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert len(safe_name("x" * 500 + ".jpeg", "image/jpeg")) == MAX_NAME
    assert safe_name("x" * 500 + ".jpeg", "image/jpeg").endswith(".jpeg")
    assert safe_name("orders.csv", "text/plain") == "orders.csv"
