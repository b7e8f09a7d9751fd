//! Somebody who registers with a paper bill, in as few calls as it takes. For what begins behind it.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use komunala_grpc::proto::v1::{
    AcceptedDocument, Account, BillDelivery, LinkAccountRequest, RegisterRequest, Session, SignInRequest,
    VerifyEmailRequest,
};

use crate::{Customer, PaperBill, Provider, Region};

/// How long a mail may take to arrive.
pub const MAIL_WAIT: Duration = Duration::from_secs(20);

const PASSWORD: &str = "a long and winding pipe";

/// A customer who is about to register.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// The id of the utility.
    pub provider: String,
    /// The paper bill.
    pub bill: PaperBill,
    /// The address to register with.
    pub email: String,
    /// The password to register with.
    pub password: String,
    /// The language to be written to in.
    pub language: String,
}

impl Newcomer {
    /// The ordinary customer of the gas utility at this place of its billing system's list.
    pub fn at(region: &Region, place: usize) -> anyhow::Result<Self> {
        Self::of(region.named("gas-ruma")?, place)
    }

    /// The ordinary customer of a utility at this place of its billing system's list.
    pub fn of(provider: &dyn Provider, place: usize) -> anyhow::Result<Self> {
        Ok(Self::with(provider, bill_of(provider, place)?, &format!("customer{place}")))
    }

    /// Somebody with this paper bill of a utility.
    pub fn with(provider: &dyn Provider, bill: PaperBill, name: &str) -> Self {
        Self {
            provider: provider.id().to_owned(),
            bill,
            email: format!("{name}@{}.example", provider.id()),
            password: PASSWORD.to_owned(),
            language: provider.language().to_owned(),
        }
    }

    /// A registration with everything that it needs.
    pub fn registration(&self) -> RegisterRequest {
        RegisterRequest {
            provider: self.provider.clone(),
            customer_number: self.bill.customer_number.clone(),
            pin: self.bill.pin.clone(),
            email: self.email.clone(),
            password: self.password.clone(),
            given_name: "Vera".into(),
            family_name: "Verić".into(),
            language_code: self.language.clone(),
            bill_delivery: BillDelivery::Paper.into(),
            accepted_documents: accepted(),
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        }
    }

    /// What signs the newcomer in.
    pub fn sign_in(&self) -> SignInRequest {
        SignInRequest { email: self.email.clone(), password: self.password.clone(), ..Default::default() }
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
        self.confirm(&visitor, region).await
    }

    /// Confirms the address after a registration, and signs in.
    pub async fn confirm(&self, visitor: &Customer, region: &Region) -> anyhow::Result<(Customer, Session)> {
        let code = self.code(region).await?;
        let verify = VerifyEmailRequest { email: self.email.clone(), code, token: String::new() };
        visitor.accounts().verify_email(verify).await?;
        let session = visitor.accounts().sign_in(self.sign_in()).await?.into_inner();
        Ok((visitor.signed_in(&session.access_token)?, session))
    }
}

/// Links the account of a utility's ordinary customer at this place to whoever is signed in.
pub async fn link(customer: &Customer, provider: &dyn Provider, place: usize) -> anyhow::Result<Account> {
    link_by(customer, provider.id(), bill_of(provider, place)?).await
}

/// Links the account of this paper bill of a utility, by its id, to whoever is signed in.
pub async fn link_by(customer: &Customer, provider: &str, bill: PaperBill) -> anyhow::Result<Account> {
    let request = LinkAccountRequest {
        provider: provider.to_owned(),
        customer_number: bill.customer_number,
        pin: bill.pin,
        accepted_documents: accepted(),
        request_id: uuid::Uuid::new_v4().to_string(),
    };
    Ok(customer.accounts().link_account(request).await?.into_inner())
}

fn bill_of(provider: &dyn Provider, place: usize) -> anyhow::Result<PaperBill> {
    provider.customers(place + 1).into_iter().nth(place).context("the billing system has too few customers")
}

/// What every settings file of the demo wants to be accepted.
fn accepted() -> Vec<AcceptedDocument> {
    let accept = |document: &str| AcceptedDocument {
        document: document.into(),
        version: "2024-05".into(),
        ..Default::default()
    };
    vec![accept("terms"), accept("privacy")]
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
