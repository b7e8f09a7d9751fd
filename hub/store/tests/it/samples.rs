//! What billing systems say and people ask for, made up.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::date};
use komunala_app::ports::{
    accounts::DeliveryChoice,
    consents::{BILL_BY_EMAIL, NewConsent},
    outbox::{Content, NewMessage, Notice},
    resets::NewReset,
    users::{NewLink, NewRegistration},
};
use komunala_domain::{
    BillDelivery, CustomerAccount, EmailAddress, Invoice, Language, LedgerEntry, Reading, Sha256,
    consent::DocumentVersion,
    ids::{ChallengeId, MessageId, UserId, VerificationId},
};
use serde_json::json;

use crate::place::{email, key};

pub(crate) fn registration(name: &str, account: &str, now: Timestamp) -> NewRegistration {
    let verification = VerificationId::new();
    NewRegistration {
        user: UserId::new(),
        email: email(name),
        given_name: name.to_owned(),
        family_name: "Петровић".to_owned(),
        language: Language::SerbianCyrillic,
        password_hash: "$argon2id$…".to_owned(),
        link: link(account, BillDelivery::Paper),
        verification,
        verification_expires: now + SignedDuration::from_mins(10),
        confirm_mail: NewMessage {
            content: Content::ConfirmEmail { verification, portal: None },
            ..message(email(name).as_str(), &verification.to_string())
        },
        taken_mail: message(email(name).as_str(), &format!("taken {verification}")),
        key: key("Register"),
        now,
    }
}

pub(crate) fn link(account: &str, delivery: BillDelivery) -> NewLink {
    let provider: komunala_domain::ProviderId = "gas".parse().unwrap();
    let consents = vec![consent("terms", "2024-05")];
    NewLink { provider, account: account.parse().unwrap(), delivery, consents, notice: None, copy: None }
}

/// A document of `gas` that was accepted.
pub(crate) fn consent(document: &str, version: &str) -> NewConsent {
    NewConsent {
        provider: "gas".parse().unwrap(),
        purpose: DocumentVersion { document: document.to_owned(), version: version.to_owned() },
        sha256: Some(Sha256([7; 32])),
        granted: true,
        language: Language::English,
        mechanism: "LinkAccount",
        pre_ticked: false,
    }
}

/// How somebody wants the bill.
pub(crate) fn choice(delivery: BillDelivery) -> DeliveryChoice {
    let granted = delivery != BillDelivery::Paper;
    DeliveryChoice { delivery, consent: NewConsent { granted, ..consent(BILL_BY_EMAIL, "") } }
}

pub(crate) fn message(recipient: &str, subject: &str) -> NewMessage {
    NewMessage {
        id: MessageId::new(),
        provider: "gas".parse().unwrap(),
        subject: subject.to_owned(),
        recipient: recipient.parse::<EmailAddress>().unwrap().into(),
        language: Language::SerbianCyrillic,
        content: Content::EmailTaken {},
        expires: None,
    }
}

pub(crate) fn notice(subject: &str, content: Content) -> Notice {
    Notice {
        id: MessageId::new(),
        provider: "water".parse().unwrap(),
        subject: subject.to_owned(),
        content,
        expires: None,
    }
}

/// Somebody asks for a new password for an address.
pub(crate) fn reset(name: &str, now: Timestamp) -> NewReset {
    let id = ChallengeId::new();
    let mut subject = [0; 32];
    subject[..name.len()].copy_from_slice(name.as_bytes());
    NewReset {
        id,
        subject,
        email: email(name),
        expires: now + SignedDuration::from_mins(10),
        notice: notice(&id.to_string(), Content::ResetPassword { challenge: id, portal: None }),
        not_within: SignedDuration::from_mins(1),
        now,
    }
}

/// An account with one supply point and one meter.
pub(crate) fn account(external_id: &str, meter: &str) -> CustomerAccount {
    serde_json::from_value(json!({
        "external_id": external_id, "customer_number": "0012345", "category": "household", "name": "Ана\u{0}",
        "premises": { "address": null, "municipality": null, "floor_area": null, "occupants": null },
        "supply_points": [{
            "external_id": format!("point-of-{external_id}"), "point_number": "6-123456", "eic": null,
            "commodity": "gas", "address": null, "appliances": [],
            "meters": [{
                "serial_number": meter, "digits": 5, "decimals": 3, "verified_until": "2030-01-01",
                "registers": [{"code": "TOTAL", "unit": "m3", "multiplier": null}]
            }]
        }]
    }))
    .unwrap()
}

/// The `n`th invoice of an account; two of a month bear the same day.
pub(crate) fn invoice(n: i32) -> Invoice {
    let issued = date(2023, 1, 5).checked_add((n / 2).months()).unwrap();
    let money = |minor: i64| json!({"minor": minor, "currency": "RSD"});
    serde_json::from_value(json!({
        "external_id": format!("bill-{n}"), "number": format!("2023/{n}"), "kind": "invoice",
        "period": format!("{:04}-{:02}", issued.year(), issued.month()), "issued": issued, "issuer": null,
        "supply_points": ["point"],
        "lines": [
            {"code": "GAS", "text": "Природни гас", "quantity": "1234.567", "unit": "kWh", "unit_price": "4.92",
             "net": money(607_407), "tax_rate": "10", "gross": money(668_148)},
            {"code": "CAP", "text": "Капацитет", "quantity": "1", "unit": "kom", "unit_price": "150.00",
             "net": money(15_000), "tax_rate": "20", "gross": money(18_000)}
        ],
        "meter_reads": [{
            "supply_point": "point", "serial_number": "M-1", "from": "1000", "to": "1116.5",
            "consumption": [{"quantity": "116.5", "unit": "m3"}, {"quantity": "1234.567", "unit": "kWh"}],
            "conversion_factor": "1.0121", "calorific_value": "10.47"
        }],
        "subtotals": [{"kind": "charge", "amount": money(686_148)}],
        "total": money(686_148 + i64::from(n)),
        "installments": [
            {"amount": money(411_689), "due": "2023-02-20"}, {"amount": money(274_459), "due": "2023-03-10"}
        ],
        "discounts": [], "buckets": null,
        "payment": {"account": "160-1234-56", "payee": "Gas", "model": "97", "reference": "42-123", "code": "189",
                    "purpose": "рачун"},
        "document": "available"
    }))
    .unwrap()
}

pub(crate) fn invoices(count: i32) -> Vec<Invoice> {
    (0..count).map(invoice).collect()
}

pub(crate) fn ledger_entry(n: i64) -> LedgerEntry {
    let money = json!({"minor": n, "currency": "RSD"});
    serde_json::from_value(json!({
        "date": "2024-01-05", "kind": "invoice", "text": null, "debit": money, "credit": null, "balance": money,
        "reference": null, "issuer": null
    }))
    .unwrap()
}

/// A customer's reading of the meter that [`account`] has.
pub(crate) fn reading(account: &str, meter: &str, day: &str, value: &str) -> Reading {
    serde_json::from_value(json!({
        "supply_point": format!("point-of-{account}"), "serial_number": meter, "date": day,
        "registers": [{"code": "TOTAL", "value": value}], "source": "customer"
    }))
    .unwrap()
}
