//! A bill as an e-invoice, e-SLOG 2.0: the parts that a reader looks for.

use std::fmt::Write as _;

use super::bill::{Bill, IBAN, ISSUER};

/// Writes a bill as e-SLOG 2.0.
pub(super) fn write(bill: &Bill, payer: &str) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut put = |text: std::fmt::Arguments<'_>| xml.write_fmt(text).expect("writing to a string does not fail");
    put(format_args!("<Invoice xmlns=\"urn:eslog:2.00\"><M_INVOIC Id=\"data\">"));
    put(format_args!("<S_UNH><D_0062>{}</D_0062><C_S009><D_0065>INVOIC</D_0065></C_S009></S_UNH>", escape(&bill.id)));
    put(format_args!(
        "<S_BGM><C_C002><D_1001>380</D_1001></C_C002><C_C106><D_1004>{}</D_1004></C_C106></S_BGM>",
        escape(&bill.stevilka)
    ));
    put(format_args!("<S_DTM><C_C507><D_2005>137</D_2005><D_2380>{}</D_2380></C_C507></S_DTM>", bill.izdano));
    put(format_args!(
        "<G_SG2><S_NAD><D_3035>SE</D_3035><C_C080><D_3036>{}</D_3036></C_C080></S_NAD><S_FII><D_3035>RB</D_3035><C_C078><D_3194>{IBAN}</D_3194></C_C078></S_FII></G_SG2>",
        escape(ISSUER)
    ));
    put(format_args!(
        "<G_SG2><S_NAD><D_3035>BY</D_3035><C_C080><D_3036>{}</D_3036></C_C080></S_NAD></G_SG2>",
        escape(payer)
    ));
    put(format_args!(
        "<G_SG8><S_PAT><D_4279>1</D_4279></S_PAT><S_DTM><C_C507><D_2005>13</D_2005><D_2380>{}</D_2380></C_C507></S_DTM></G_SG8>",
        bill.zapade
    ));
    for (place, line) in bill.postavke.iter().enumerate() {
        put(format_args!(
            "<G_SG26><S_LIN><D_1082>{}</D_1082></S_LIN><S_IMD><C_C273><D_7008>{}</D_7008></C_C273></S_IMD>",
            place + 1,
            escape(line.naziv)
        ));
        put(format_args!(
            "<S_QTY><C_C186><D_6063>47</D_6063><D_6060>{}</D_6060><D_6411>{}</D_6411></C_C186></S_QTY>",
            line.kolicina, line.enota
        ));
        put(format_args!(
            "<G_SG27><S_MOA><C_C516><D_5025>203</D_5025><D_5004>{}</D_5004></C_C516></S_MOA></G_SG27></G_SG26>",
            line.neto
        ));
    }
    put(format_args!(
        "<G_SG50><S_MOA><C_C516><D_5025>9</D_5025><D_5004>{}</D_5004></C_C516></S_MOA></G_SG50>",
        bill.znesek
    ));
    put(format_args!("</M_INVOIC></Invoice>\n"));
    xml
}

/// What a text may hold in an element.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
