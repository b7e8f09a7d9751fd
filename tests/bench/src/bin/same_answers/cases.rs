//! What is asked about who exists, and about who does not.

use komunala_demo::{Newcomer, PaperBill};
use komunala_grpc::proto::v1::{
    AcceptedDocument, LinkAccountRequest, RegisterRequest, RequestPasswordResetRequest, ResendVerificationRequest,
    ResetPasswordRequest, SignInRequest, VerifyEmailRequest,
};

use crate::{
    people::People,
    question::{Asked, Question},
};

/// Numbers that the billing system never gave to anybody.
const UNKNOWN: usize = 600_000;
const NO_CODE: &str = "00000000";

/// Two rows of questions whose answers may not differ.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) exists: Vec<Question>,
    pub(crate) does_not: Vec<Question>,
}

impl People {
    /// Everything that is asked. Each case asks about everybody once.
    pub(crate) fn cases(&self) -> anyhow::Result<Vec<Case>> {
        Ok(vec![
            self.case("Register, wrong PIN: a customer number", |person| {
                (
                    Asked::Register(person.registration_with(wrong(&person.bill))),
                    Asked::Register(person.registration_with(person.unknown_bill())),
                )
            }),
            self.case("Register, right PIN: a taken address", |person| {
                let right = |email: &str| RegisterRequest {
                    email: email.to_owned(),
                    ..person.registration_with(person.bill.clone())
                };
                (Asked::Register(right(&person.settled.email)), Asked::Register(right(&person.free())))
            }),
            self.case("SignIn, wrong password: an address", |person| {
                let guess = |email: &str| SignInRequest {
                    email: email.to_owned(),
                    password: "a guess".into(),
                    ..Default::default()
                };
                (Asked::SignIn(guess(&person.settled.email)), Asked::SignIn(guess(&person.nobody())))
            }),
            self.case("RequestPasswordReset: an address", |person| {
                let forgot =
                    |email: &str| RequestPasswordResetRequest { email: email.to_owned(), ..Default::default() };
                (Asked::Forgot(forgot(&person.settled.email)), Asked::Forgot(forgot(&person.nobody())))
            }),
            self.case("ResetPassword, wrong code: an address", |person| {
                let guess = |email: &str| ResetPasswordRequest {
                    email: email.to_owned(),
                    code: NO_CODE.into(),
                    new_password: "another long and winding pipe".into(),
                    ..Default::default()
                };
                (Asked::Reset(guess(&person.settled.email)), Asked::Reset(guess(&person.nobody())))
            }),
            self.case("VerifyEmail, wrong code: an open address", |person| {
                let guess = |email: &str| VerifyEmailRequest {
                    email: email.to_owned(),
                    code: NO_CODE.into(),
                    ..Default::default()
                };
                (Asked::Verify(guess(&person.waiting.email)), Asked::Verify(guess(&person.nobody())))
            }),
            self.case("ResendVerification: an open address", |person| {
                let again = |email: &str| ResendVerificationRequest { email: email.to_owned() };
                (Asked::Resend(again(&person.waiting.email)), Asked::Resend(again(&person.nobody())))
            }),
            self.linking(),
        ])
    }

    fn case(&self, name: &'static str, ask: impl Fn(&Person<'_>) -> (Asked, Asked)) -> Case {
        let question = |asked| Question { customer: self.visitor.clone(), asked };
        let (exists, does_not) = self
            .persons()
            .map(|person| ask(&person))
            .map(|(exists, does_not)| (question(exists), question(does_not)))
            .unzip();
        Case { name, exists, does_not }
    }

    /// By users who are signed in, each of whom asks twice.
    fn linking(&self) -> Case {
        let link = |bill: PaperBill| LinkAccountRequest {
            provider: "gas-ruma".into(),
            customer_number: bill.customer_number,
            pin: bill.pin,
            accepted_documents: accepted(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let (exists, does_not) = self
            .persons()
            .zip(&self.settled)
            .map(|(person, settled)| {
                let question = |bill| Question { customer: settled.customer.clone(), asked: Asked::Link(link(bill)) };
                (question(wrong(&person.bill)), question(person.unknown_bill()))
            })
            .unzip();
        Case { name: "LinkAccount, wrong PIN: a customer number", exists, does_not }
    }

    fn persons(&self) -> impl Iterator<Item = Person<'_>> {
        let people = self.settled.iter().zip(&self.waiting).zip(&self.bills).enumerate();
        people.map(|(place, ((settled, waiting), bill))| Person {
            place,
            settled: &settled.newcomer,
            waiting,
            bill: bill.clone(),
        })
    }
}

/// Who is asked about, in one place of every row.
struct Person<'a> {
    place: usize,
    settled: &'a Newcomer,
    waiting: &'a Newcomer,
    bill: PaperBill,
}

impl Person<'_> {
    /// An address that nobody has; the same at every question, as those that somebody has.
    fn nobody(&self) -> String {
        format!("nobody.{:07}@gas-ruma.example", self.place)
    }

    /// An address that nobody has until somebody registers with it.
    fn free(&self) -> String {
        format!("free.{:07}@gas-ruma.example", self.place)
    }

    fn unknown_bill(&self) -> PaperBill {
        PaperBill { customer_number: format!("{:07}", UNKNOWN + self.place), pin: self.bill.pin.clone() }
    }

    fn registration_with(&self, bill: PaperBill) -> RegisterRequest {
        let newcomer = Newcomer { bill, email: self.nobody(), ..self.settled.clone() };
        newcomer.registration()
    }
}

fn wrong(bill: &PaperBill) -> PaperBill {
    let pin = if bill.pin == "0000" { "0001" } else { "0000" };
    PaperBill { pin: pin.to_owned(), ..bill.clone() }
}

fn accepted() -> Vec<AcceptedDocument> {
    let accept = |document: &str| AcceptedDocument {
        document: document.into(),
        version: "2024-05".into(),
        ..Default::default()
    };
    vec![accept("terms"), accept("privacy")]
}
