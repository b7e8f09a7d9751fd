//! PDFs.

use komunala_adapter_sdk::{
    Error,
    http::{Answer, Recorded, Response},
};

use crate::recorded::{Ruma, fault, result};

fn document(answer: Answer) -> Result<Vec<u8>, Error> {
    let recorded = Recorded::new([answer]);
    let document = recorded.ruma().document("004512:R-2024-07-004512", "application/pdf")?;
    assert_eq!(recorded.operations(), ["VratiRacunPdf(R-2024-07-004512)"]);
    Ok(document.content)
}

#[test]
fn base64_is_read_with_line_breaks_or_without() {
    assert_eq!(document(result("VratiRacunPdf", "JVBERi0xLjQK")).unwrap(), b"%PDF-1.4\n");
    assert_eq!(document(result("VratiRacunPdf", "\n JVBERi0x\r\nLjQK&#13;\n")).unwrap(), b"%PDF-1.4\n");
}

#[test]
fn a_bill_without_a_pdf_has_none() {
    assert_eq!(document(result("VratiRacunPdf", "")), Err(Error::NotFound));
    let whole = result("VratiRacunPdf", "x").unwrap();
    let text = String::from_utf8(whole.body).unwrap();
    let nothing = text.replace("<VratiRacunPdfResult>x</VratiRacunPdfResult>", "");
    assert_eq!(document(Response::of(200, &nothing)), Err(Error::NotFound));
    assert_eq!(document(fault("s:Client", "RACUN_NEPOZNAT")), Err(Error::NotFound));
}

#[test]
fn what_is_no_pdf_never_goes_out_as_a_bill() {
    for wrong in ["SGVsbG8=", "not base64!", "JVBERi0xLjQ"] {
        assert!(matches!(document(result("VratiRacunPdf", wrong)), Err(Error::Upstream(_))), "{wrong}");
    }
    let other = Recorded::new([]).ruma().document("004512:R-1", "application/xml").unwrap_err();
    assert!(matches!(other, Error::Rejected(_)));
}
