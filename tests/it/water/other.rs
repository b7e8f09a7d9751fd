//! A server of water and housing that is not the simulator. It was written from the description alone: other prefixes, a
//! byte order mark, further elements, attributes in another order, texts as CDATA, an empty result left out.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};

/// Its one customer.
pub(super) const NUMBER: &str = "000042";
/// And the PIN.
pub(super) const PIN: &str = "0007";
/// The meter.
pub(super) const METER: &str = "МБ-77/a";

/// What was handed in: meter, state, day.
pub(super) type HandedIn = Arc<Mutex<Vec<[String; 3]>>>;

/// The running server.
pub(super) struct Other {
    pub(super) url: String,
    pub(super) handed_in: HandedIn,
}

impl Other {
    pub(super) async fn start() -> Self {
        let handed_in = HandedIn::default();
        let router = Router::new().route("/prefix/BillingService.asmx", post(serve)).with_state(Arc::clone(&handed_in));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/prefix", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, handed_in }
    }
}

async fn serve(State(handed_in): State<HandedIn>, headers: HeaderMap, body: String) -> Response {
    let action = headers["soapaction"].to_str().unwrap().trim_matches('"').to_owned();
    let operation = action.strip_prefix("http://stambeno.example/billing/").expect("the description's action");
    let value = |name: &str| between(&body, &format!("<{name}>"), &format!("</{name}>")).unwrap_or_default();
    if !body.contains("#PasswordText\">pass &amp; &lt;word&gt;</") {
        return fault("wsse:FailedAuthentication", "no");
    }
    if operation != "VratiRacunPdf" && operation != "VratiPromene" && value("sifra") != NUMBER {
        return fault("ns1:Client", "KORISNIK_NEPOZNAT");
    }
    match operation {
        "ProveriPotrosaca" if value("pin") == PIN => answer(operation, " true "),
        "ProveriPotrosaca" => fault("ns1:Client", "PIN_POGRESAN"),
        "VratiPotrosaca" => answer(
            operation,
            &format!(
                "<b:Potrosac><b:Novo>dalje</b:Novo><b:Dostava>E</b:Dostava><b:Vodomeri><b:Vodomer><b:Cifara>6</b:Cifara>\
             <b:Broj>{METER}</b:Broj></b:Vodomer></b:Vodomeri><b:Vrsta>DOMACINSTVO</b:Vrsta><b:Adresa/>\
             <b:Ime><![CDATA[Љубиша & синови]]></b:Ime><b:Sifra>{NUMBER}</b:Sifra></b:Potrosac>"
            ),
        ),
        "VratiRacune" => answer(operation, &BILL.replace("SIFRA", NUMBER)),
        "VratiRacunPdf" => answer(operation, "JVBERi0x\n   LjcKJSVFT0YK"),
        "VratiKarticu" => answer(
            operation,
            "<b:Promena><b:Saldo>-0,01</b:Saldo><b:Datum>01.08.2024</b:Datum><b:Vrsta>UPLATA</b:Vrsta><b:Potrazuje>100,00</b:Potrazuje></b:Promena>",
        ),
        "PrijaviStanje" => {
            handed_in.lock().unwrap().push([value("vodomer"), value("stanje"), value("datum")]);
            answer(operation, "true")
        }
        "VratiStanja" => {
            let rows = handed_in.lock().unwrap().iter().map(|[meter, state, day]| format!(
                "<b:Ocitavanje><b:Izvor>KUPAC</b:Izvor><b:Datum>{day}</b:Datum><b:Stanje>{state}</b:Stanje><b:Vodomer>{meter}</b:Vodomer></b:Ocitavanje>"
            )).collect::<String>();
            if rows.is_empty() { empty(operation) } else { answer(operation, &rows) }
        }
        _ => fault("ns1:Client", "NOVA_GRESKA"),
    }
}

const BILL: &str = "<b:Racun><b:Sifra>SIFRA</b:Sifra><b:Broj>Б/1</b:Broj><b:Ukupno>-12,30</b:Ukupno><b:Stavke>\
    <b:Stavka iznos=\"0,10\" vrsta=\"X\" cena=\"0,0512\" jm=\"m3\" kol=\"2\" novo=\"?\"/></b:Stavke><b:DatumIzdavanja>05.08.2024</b:DatumIzdavanja>\
    <b:Period>07.2024</b:Period><b:Dug>-12,40</b:Dug></b:Racun>";

fn between(text: &str, from: &str, to: &str) -> Option<String> {
    Some(text.split_once(from)?.1.split_once(to)?.0.to_owned())
}

fn answer(operation: &str, result: &str) -> Response {
    xml(
        StatusCode::OK,
        &format!(
            "<b:{operation}Response xmlns:b=\"http://stambeno.example/billing\"><b:{operation}Result>{result}</b:{operation}Result></b:{operation}Response>"
        ),
    )
}

fn empty(operation: &str) -> Response {
    xml(StatusCode::OK, &format!("<{operation}Response xmlns=\"http://stambeno.example/billing\"/>"))
}

fn fault(code: &str, text: &str) -> Response {
    let fault = format!(
        "<env:Fault><faultcode>{code}</faultcode><faultstring xml:lang=\"sr\">{text}</faultstring><detail/></env:Fault>"
    );
    xml(StatusCode::INTERNAL_SERVER_ERROR, &fault)
}

fn xml(status: StatusCode, body: &str) -> Response {
    let envelope = format!(
        "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\r\n<!-- another server -->\r\n\
         <env:Envelope xmlns:env='http://schemas.xmlsoap.org/soap/envelope/'>\r\n<env:Header/><env:Body>{body}</env:Body></env:Envelope>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/xml")], envelope).into_response()
}
