"""Reads the copies of bills that the tests wrote with readers that are not ours: qpdf for the structure, pypdf for the text.

    python tests/clients/read_bill_copies.py target/tmp/bill-copies
"""

import sys
from pathlib import Path

import pikepdf
from pypdf import PdfReader

# what must stand in each copy, in its language
SAID = {
    "gas.sr-Latn": ["Informativna kopija", "Đorđe Čubrić", "Železnička", "Rok plaćanja", "4.312,07", "2.700,00"],
    "gas.sr-Cyrl": ["Информативна копија", "Ђорђе Чубрић", "Шифра корисника", "Позив на број", "4.312,07"],
    "gas.uk": ["Інформаційна копія", "Ґанна Їжакевич", "Сплатити до", "4 312,07"],
    "gas.sl": ["Informativna kopija", "Žiga Škofič", "Številka odjemalca", "4.312,07"],
    "gas.en": ["Informative copy", "Jelena Marić", "Due by", "4,312.07"],
    "network.uk": ["АТ «Рівненські мережі»", "Пільга", "120,50", "539,50"],
    "electricity.sl": ["Elektro Dolina", "Električna energija 07/2024", "42,70"],
    "long.en": ["Informative copy", "Unit price"],
}


def text_of(path: Path) -> str:
    pages = PdfReader(path).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def check(path: Path) -> str:
    with pikepdf.open(path) as pdf:
        problems = pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else pdf.check()
        assert not problems, f"{path.name}: {problems}"
        with pdf.open_metadata() as metadata:
            level = metadata.pdfa_status
        assert level == "2U", f"{path.name} says it is PDF/A {level!r}"
        assert "/OutputIntents" in pdf.Root, f"{path.name} does not say what its colours mean"
        fonts = [object for object in pdf.objects if isinstance(object, pikepdf.Dictionary) and object.get("/Type") == "/Font"]
        embedded = [object for object in pdf.objects if isinstance(object, pikepdf.Dictionary) and "/FontFile2" in object]
        assert len(embedded) == 2, f"{path.name} embeds {len(embedded)} fonts"
        assert all("/ToUnicode" in font for font in fonts if font.get("/Subtype") == "/Type0"), f"{path.name} is no text"
        pages = len(pdf.pages)
    text = text_of(path)
    for said in SAID[path.stem]:
        assert said in text, f"{path.name} does not say {said!r}:\n{text}"
    return f"{path.stem}: {pages} pages, {path.stat().st_size} bytes, PDF/A-2u, {len(SAID[path.stem])} texts found"


def main() -> None:
    found = {path.stem: path for path in Path(sys.argv[1]).glob("*.pdf")}
    assert found.keys() == SAID.keys(), f"{sorted(found)} instead of {sorted(SAID)}"
    for name in SAID:
        print(check(found[name]))


if __name__ == "__main__":
    main()
