//! Somebody who registers with a paper bill, in as few calls as it takes. For tests and benches that begin behind it.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use komunala_grpc::proto::v1::{
    AcceptedDocument, BillDelivery, RegisterRequest, Session, SignInRequest, VerifyEmailRequest,
};
use komunala_simulators::gas::Customer as Billed;

use crate::{Customer, Region};

/// How long a mail may take to arrive.
pub const MAIL_WAIT: Duration = Duration::from_secs(20);

const PASSWORD: &str = "a long and winding pipe";

/// A customer of the gas utility who is about to register.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who it is in the billing system.
    pub billed: Billed,
    /// The address to register with.
    pub email: String,
    /// The password to register with.
    pub password: String,
}

impl Newcomer {
    /// The ordinary customer at this place of the billing system's list.
    pub fn at(region: &Region, place: usize) -> anyhow::Result<Self> {
        let billed = region.gas.ordinary(place + 1).pop().context("the billing system has too few customers")?;
        Ok(Self { billed, email: format!("customer{place}@example.rs"), password: PASSWORD.to_owned() })
    }

    /// A registration with everything that it needs.
    pub fn registration(&self) -> RegisterRequest {
        let accept = |document: &str| AcceptedDocument { document: document.into(), version: "2024-05".into() };
        RegisterRequest {
            provider: "gas-ruma".into(),
            customer_number: self.billed.number(),
            pin: self.billed.pin(),
            email: self.email.clone(),
            password: self.password.clone(),
            given_name: "Vera".into(),
            family_name: "Verić".into(),
            language_code: "sr-Latn".into(),
            bill_delivery: BillDelivery::Paper.into(),
            accepted_documents: vec![accept("terms"), accept("privacy")],
            request_id: uuid::Uuid::new_v4().to_string(),
        }
    }

    /// What signs the newcomer in.
    pub fn sign_in(&self) -> SignInRequest {
        SignInRequest { email: self.email.clone(), password: self.password.clone(), remember_me: false }
    }

    /// The code of the mail that came.
    pub async fn code(&self, region: &Region) -> anyhow::Result<String> {
        let is_for_us = |mail: &komunala_sink::ReceivedMail| mail.recipients.contains(&self.email);
        let mail = region.sink.wait_for(is_for_us, MAIL_WAIT).await?;
        code_of(&mail.data).context("the mail holds no code of eight digits")
    }

    /// Registers, confirms the address, and signs in.
    pub async fn settle(&self, api: SocketAddr, region: &Region) -> anyhow::Result<(Customer, Session)> {
        let visitor = Customer::open(api, &region.portal_key).await?;
        visitor.accounts().register(self.registration()).await?;
        let code = self.code(region).await?;
        let verify = VerifyEmailRequest { email: self.email.clone(), code, token: String::new() };
        visitor.accounts().verify_email(verify).await?;
        let session = visitor.accounts().sign_in(self.sign_in()).await?.into_inner();
        Ok((visitor.signed_in(&session.access_token)?, session))
    }
}

/// The first eight digits of a mail's plain text, however they are grouped.
pub fn code_of(mail: &[u8]) -> Option<String> {
    let mail = mail_parser::MessageParser::default().parse(mail)?;
    mail.body_text(0)?.lines().find_map(|line| {
        line.split(|c: char| !c.is_ascii_digit() && c != ' ').find_map(|run| {
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            (digits.len() == 8).then_some(digits)
        })
    })
}
