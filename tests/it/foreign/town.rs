//! Two tenants at one hub: Ana and Bojan of the region, Olena of the north, each with an account.

use std::{
    fs,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, ElektroGorenjska, GasRuma, Inbox, Newcomer, Region, WorldSettings, desk::SCANNED};
use komunala_grpc::proto::v1::{
    ChangeEmailRequest, CreateRequestRequest, ListAccountsRequest, ListInvoicesRequest, ListSessionsRequest,
    RequestKind, RequestPasswordResetRequest, SubscribeRequest, UploadAttachmentRequest,
};
use komunala_server::{Configuration, Running};
use komunala_tests::{Database, worlds};
use tempfile::TempDir;

use super::raw::Credentials;

/// The key of the north's portal.
const NORTH: &str = "kp_north";

/// What somebody has, by the names that the API gives it.
pub(super) struct Belongings {
    /// Whose it is.
    pub(super) who: &'static str,
    pub(super) provider: String,
    pub(super) account: String,
    pub(super) point: String,
    pub(super) meter: String,
    pub(super) invoice: String,
    pub(super) session: String,
    /// What was asked of the staff, and handed in with it.
    pub(super) request: String,
    pub(super) attachment: String,
    /// What they are told of.
    pub(super) subscription: String,
    pub(super) email: String,
    pub(super) password: String,
    /// What a sign-in gave.
    pub(super) refresh_token: String,
    /// What the link in a mail gives back for a new password.
    pub(super) reset_token: String,
    /// And for another address.
    pub(super) address_token: String,
}

pub(super) struct Town {
    pub(super) ana: Credentials,
    pub(super) bojan: Credentials,
    pub(super) olena: Credentials,
    /// Where operators call.
    pub(super) operator: SocketAddr,
    pub(super) of_bojan: Belongings,
    pub(super) of_olena: Belongings,
    region: Region,
    mails: usize,
    hub: Running,
    _dir: TempDir,
}

impl Town {
    pub(super) async fn start(database: Database) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let changes = "
            [portals]
            providers = ['gas-ruma']
            callers = 'unknown'
            [elektro-gorenjska.provider]
            tenant = 'north'
        ";
        let settings = WorldSettings {
            providers: vec!["gas-ruma", "elektro-gorenjska"],
            changes: changes.parse()?,
            ..worlds::settings(&dir, database.create().await?, toml::Table::new())
        };
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        let digest: String = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, NORTH.as_bytes())
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let portal = format!(
            "[[portals]]\nid = 'north'\ntenant = 'north'\nkey_sha256 = ['{digest}']\nproviders = ['elektro-gorenjska']\n\
             [portals.pages]\nreset_password = 'http://127.0.0.1:3000/password#{{token}}'\n\
             confirm_email_change = 'http://127.0.0.1:3000/address#{{token}}'\n"
        );
        fs::write(settings.dir.join("settings/north.toml"), portal)?;
        let hub = komunala_server::start(Configuration::read(&configuration)?).await?;

        let (gas, electricity) = (region.provider::<GasRuma>()?, region.provider::<ElektroGorenjska>()?);
        let people = [
            ("Ana", Newcomer::of(gas, 0)?, region.portal_key.as_str()),
            ("Bojan", Newcomer::of(gas, 1)?, region.portal_key.as_str()),
            ("Olena", Newcomer::of(electricity, 0)?, NORTH),
        ];
        let (mut credentials, mut belongings) = (Vec::new(), Vec::new());
        for (who, newcomer, key) in people {
            let (by, has) = settle(&hub, &region, who, &newcomer, key).await?;
            credentials.push(by);
            belongings.push(has);
        }
        let [ana, bojan, olena] = <[_; 3]>::try_from(credentials).ok().context("three people")?;
        let [_, of_bojan, of_olena] = <[_; 3]>::try_from(belongings).ok().context("three people")?;
        let (operator, mails) = (hub.operator.context("operators can call")?, region.sink.mails().len());
        Ok(Self { ana, bojan, olena, operator, of_bojan, of_olena, region, mails, hub, _dir: dir })
    }

    /// Who may use what a case names.
    pub(super) fn owner(&self, named: &str) -> Option<&Credentials> {
        match named {
            "Bojan" => Some(&self.bojan),
            "Olena" => Some(&self.olena),
            _ => None,
        }
    }

    /// What was tried caused no mail to anybody.
    pub(super) async fn nobody_got_mail(&self) -> anyhow::Result<()> {
        // as long as a mail takes to arrive
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mails = self.region.sink.mails().len();
        ensure!(mails == self.mails, "{} mails too many", mails - self.mails);
        Ok(())
    }

    pub(super) async fn stop(self) {
        self.hub.stop().await;
    }
}

async fn settle(
    hub: &Running,
    region: &Region,
    who: &'static str,
    newcomer: &Newcomer,
    key: &str,
) -> anyhow::Result<(Credentials, Belongings)> {
    let visitor = Customer::open(hub.api, key).await?;
    visitor.accounts().register(newcomer.registration()).await?;
    let (customer, session) = newcomer.confirm(&visitor, region).await?;
    let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
    let account = accounts.first().context("no account")?;
    let point = account.supply_points.first().context("no supply point")?;
    let meter = point.meters.first().context("no meter")?;
    let list = ListInvoicesRequest { parent: account.name.clone(), ..Default::default() };
    let invoices = customer.invoices().list_invoices(list).await?.into_inner().invoices;
    let sessions = customer.accounts().list_sessions(ListSessionsRequest::default()).await?.into_inner().sessions;

    let head = UploadAttachmentRequest { file_name: "photo.pdf".into(), ..Default::default() };
    let attachment = customer.upload(head, SCANNED.as_bytes()).await?.name;
    let question = CreateRequestRequest {
        parent: account.name.clone(),
        kind: RequestKind::Question.into(),
        subject: "When?".into(),
        text: "And why?".into(),
        attachments: vec![attachment.clone()],
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let request = customer.support().create_request(question).await?.into_inner().name;

    let subscribe = SubscribeRequest {
        topic: "outage".into(),
        provider: newcomer.provider.clone(),
        point_number: point.point_number.clone(),
        channels: vec!["email".into()],
        ..Default::default()
    };
    let subscription = customer.notifications().subscribe(subscribe).await?.into_inner().name;

    let forgot = RequestPasswordResetRequest { email: newcomer.email.clone(), ..Default::default() };
    visitor.accounts().request_password_reset(forgot).await?;
    let (password, address) = match newcomer.language.as_str() {
        "sl" => ("novo geslo", "novi e-poštni naslov"),
        _ => ("novu lozinku", "novu adresu"),
    };
    let inbox = Inbox::of(region, &newcomer.email);
    let reset_token = inbox.link_about(password, "http://127.0.0.1:3000/password#").await?;
    let new_email = format!("new.{}", newcomer.email);
    let change = ChangeEmailRequest { new_email: new_email.clone(), password: newcomer.password.clone() };
    customer.accounts().change_email(change).await?;
    let address_token = Inbox::of(region, &new_email).link_about(address, "http://127.0.0.1:3000/address#").await?;
    // the notice to the present address has come too
    let started = Instant::now();
    while inbox.count() < 3 {
        ensure!(started.elapsed() < komunala_demo::newcomer::MAIL_WAIT, "{who} was not told of the new address");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let credentials =
        Credentials { address: hub.api, portal_key: key.to_owned(), token: Some(session.access_token.clone()) };
    let belongings = Belongings {
        who,
        provider: newcomer.provider.clone(),
        account: account.name.clone(),
        point: point.name.clone(),
        meter: meter.name.clone(),
        invoice: invoices.first().context("no invoice")?.name.clone(),
        session: sessions.first().context("no session")?.name.clone(),
        request,
        attachment,
        subscription,
        email: newcomer.email.clone(),
        password: newcomer.password.clone(),
        refresh_token: session.refresh_token,
        reset_token,
        address_token,
    };
    Ok((credentials, belongings))
}
