//! A code is good once and for five tries, however many callers come at once and at however many hubs: one that confirms
//! an address, one for a new password, one for another address.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Inbox, Newcomer, Region};
use komunala_grpc::proto::v1::{
    ChangeEmailRequest, ConfirmEmailChangeRequest, RequestPasswordResetRequest, ResetPasswordRequest, SignInRequest,
    VerifyEmailRequest,
};
use komunala_tests::{Database, HubProcess, worlds};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::task::JoinSet;
use tonic::Status;

use super::{reason, settings};

const HUB: &str = env!("CARGO_BIN_EXE_hub");
const CALLERS: usize = 200;
const NEW: &str = "another long and winding pipe";

/// Only the tries of a code are in the way: not what one address, caller or tenant may fail.
const BUDGETS: &str = "
[guessing]
code_per_subject = { failures = 10000, window = '1h' }
code_per_caller = { failures = 10000, window = '1h' }
code_per_tenant = { failures = 10000, window = '1h' }
";

/// What a code is for.
#[derive(Debug, Clone, Copy)]
enum Use {
    Registration,
    NewPassword,
    NewAddress,
}

impl Use {
    /// The rows that count the tries of codes that are still open.
    fn rows(self) -> &'static str {
        match self {
            Self::Registration => "verifications WHERE closed_at IS NULL",
            Self::NewPassword => "challenges WHERE closed_at IS NULL AND purpose = 'reset_password'",
            Self::NewAddress => "challenges WHERE closed_at IS NULL AND purpose = 'change_email'",
        }
    }

    async fn give_back(self, customer: Customer, email: String, code: String) -> Result<(), Status> {
        let mut accounts = customer.accounts();
        match self {
            Self::Registration => {
                let verify = VerifyEmailRequest { email, code, token: String::new() };
                accounts.verify_email(verify).await.map(|_| ())
            }
            Self::NewPassword => {
                let reset = ResetPasswordRequest { email, code, new_password: NEW.into(), ..Default::default() };
                accounts.reset_password(reset).await.map(|_| ())
            }
            Self::NewAddress => {
                let confirm = ConfirmEmailChangeRequest { code, ..Default::default() };
                accounts.confirm_email_change(confirm).await.map(|_| ())
            }
        }
    }
}

/// Somebody who waits for codes, and the hubs at which they can be given back.
struct Holder<'a> {
    region: &'a Region,
    newcomer: Newcomer,
    hubs: Vec<Customer>,
}

impl<'a> Holder<'a> {
    async fn new(region: &'a Region, place: usize, hubs: &[HubProcess]) -> anyhow::Result<Self> {
        let mut visitors = Vec::new();
        for hub in hubs {
            visitors.push(Customer::open(hub.api, &region.portal_key).await?);
        }
        Ok(Self { region, newcomer: Newcomer::at(region, place)?, hubs: visitors })
    }

    fn first(&self) -> anyhow::Result<&Customer> {
        self.hubs.first().context("there is no hub")
    }

    /// Asks for a code and reads it.
    async fn ask(&mut self, use_of: Use) -> anyhow::Result<String> {
        let email = self.newcomer.email.clone();
        match use_of {
            Use::Registration => {
                self.first()?.accounts().register(self.newcomer.registration()).await?;
                self.newcomer.code(self.region).await
            }
            Use::NewPassword => {
                let forgot = RequestPasswordResetRequest { email: email.clone(), ..Default::default() };
                self.first()?.accounts().request_password_reset(forgot).await?;
                Inbox::of(self.region, &email).code_about("novu lozinku").await
            }
            Use::NewAddress => {
                let session = self.first()?.accounts().sign_in(self.newcomer.sign_in()).await?.into_inner();
                let signed_in = |hub: &Customer| hub.signed_in(&session.access_token);
                self.hubs = self.hubs.iter().map(signed_in).collect::<Result<_, _>>()?;
                let new_email = format!("new.{email}");
                let change =
                    ChangeEmailRequest { new_email: new_email.clone(), password: self.newcomer.password.clone() };
                self.first()?.accounts().change_email(change).await?;
                Inbox::of(self.region, &new_email).code_about("novu adresu").await
            }
        }
    }

    /// Gives a code back so many times at once, at every hub in turn; answers what came of each.
    async fn all_at_once(&self, use_of: Use, code: &str) -> Vec<Result<(), String>> {
        let mut uses = JoinSet::new();
        for hub in self.hubs.iter().cycle().take(CALLERS) {
            let (hub, email, code) = (hub.clone(), self.newcomer.email.clone(), code.to_owned());
            uses.spawn(async move { use_of.give_back(hub, email, code).await.map_err(|no| reason(&no)) });
        }
        uses.join_all().await
    }
}

/// Another code than this one.
fn wrong(code: &str) -> String {
    if code == "00000000" { "00000001".to_owned() } else { "00000000".to_owned() }
}

/// How many tries the one code that is open has counted.
async fn tries(url: &str, use_of: Use) -> anyhow::Result<i32> {
    let database = sea_orm::Database::connect(url).await?;
    let backend = if url.starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
    let sql = format!("SELECT tries FROM {}", use_of.rows());
    let rows = database.query_all_raw(Statement::from_string(backend, sql)).await?;
    ensure!(rows.len() == 1, "{} codes are open", rows.len());
    let tries = rows[0].try_get_by_index(0)?;
    database.close().await?;
    Ok(tries)
}

async fn of_200_right_ones_one_counts_and_of_200_wrong_ones_five_are_looked_at(
    database: Database,
    hubs: usize,
) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut configuration = BUDGETS.to_owned();
    if let Some(keys) = database.create().await? {
        configuration += &format!("[keys]\nurl = '{keys}'\n");
    }
    let settings = settings(&dir, database, &configuration).await?;
    let region = Region::start(&settings).await?;
    let configured = region.configure(&settings)?;
    let mut running = Vec::new();
    for hub in 0..hubs {
        running.push(HubProcess::start(HUB, &configured, "", &dir.path().join(format!("log-{hub}"))).await?);
    }
    let url = worlds::database_url(&settings);

    let (mut lucky, mut guessed) = (Holder::new(&region, 0, &running).await?, Holder::new(&region, 1, &running).await?);
    for use_of in [Use::Registration, Use::NewPassword, Use::NewAddress] {
        let code = lucky.ask(use_of).await?;
        let uses = lucky.all_at_once(use_of, &code).await;
        let counted = uses.iter().filter(|it| it.is_ok()).count();
        ensure!(counted == 1, "{use_of:?}: {counted} of the uses of one code counted: {uses:?}");
        if matches!(use_of, Use::NewPassword) {
            lucky.newcomer.password = NEW.to_owned();
        }

        let code = guessed.ask(use_of).await?;
        let uses = guessed.all_at_once(use_of, &wrong(&code)).await;
        let expected = |answer: &str| matches!(answer, "CODE_INVALID" | "OVERLOADED");
        ensure!(uses.iter().all(|it| it.as_ref().is_err_and(|no| expected(no))), "{use_of:?}: {uses:?}");
        let tries = tries(&url, use_of).await?;
        ensure!(tries == 5, "{use_of:?}: {tries} codes were looked at");
        let late = use_of.give_back(guessed.first()?.clone(), guessed.newcomer.email.clone(), code).await;
        ensure!(late.as_ref().is_err_and(|no| reason(no) == "CODE_INVALID"), "{use_of:?}: {late:?}");

        if matches!(use_of, Use::Registration) {
            // the link of the mail was guessed by nobody
            let inbox = Inbox::of(&region, &guessed.newcomer.email);
            let token = inbox.link_about("potvrdite adresu", "http://127.0.0.1:3000/confirm#").await?;
            guessed.first()?.accounts().verify_email(VerifyEmailRequest { token, ..Default::default() }).await?;
        }
    }
    let last = lucky.hubs.last().context("there is no hub")?;
    let sign_in =
        SignInRequest { email: format!("new.{}", lucky.newcomer.email), password: NEW.into(), ..Default::default() };
    last.accounts().sign_in(sign_in).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_for_five_tries_at_two_hubs_on_one_postgresql() -> anyhow::Result<()> {
    of_200_right_ones_one_counts_and_of_200_wrong_ones_five_are_looked_at(Database::PostgreSql, 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_for_five_tries_on_sqlite() -> anyhow::Result<()> {
    of_200_right_ones_one_counts_and_of_200_wrong_ones_five_are_looked_at(Database::Sqlite, 1).await
}
