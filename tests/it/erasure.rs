//! Somebody is erased: nothing is left of them at the hub, a last mail tells them so, and the log tells of it.

mod restored;

use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, newcomer::code_of};
use komunala_grpc::proto::v1::{
    BillDelivery, DeleteProfileRequest, ExportProfileRequest, ListAccountsRequest, RefreshSessionRequest,
    SetBillDeliveryRequest,
};
use komunala_simulators::gas::Channel;
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Status;
use tonic_types::StatusExt;

use crate::audit::events;

/// How long a mail or a word to the billing system may take.
const SOON: Duration = Duration::from_secs(20);

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// Verifies the audit log of a hub whose configuration lies in this folder.
fn verify_in(folder: &Path) -> anyhow::Result<Output> {
    let configuration = folder.join("komunala.toml");
    Ok(Command::new(env!("CARGO_BIN_EXE_hub")).args(["audit", "verify", "--config"]).arg(configuration).output()?)
}

on_both_databases! {
    async fn whoever_is_erased_is_told_so_once_and_can_do_nothing_more(database) {
        let world = TestWorld::start(database).await?;
        let newcomer = Newcomer::at(&world.region, 0)?;
        let (vera, session) = newcomer.settle(world.api, &world.region).await?;
        let accounts = vera.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
        let name = accounts.first().context("no account")?.name.clone();
        let bill_delivery = BillDelivery::Email.into();
        let choice = SetBillDeliveryRequest { name, bill_delivery, request_id: String::new() };
        vera.accounts().set_bill_delivery(choice).await?;
        let billing = world.region.gas();
        let account = billing.ordinary(1)[0].account_id();
        ensure!(billing.delivery(&account) == Channel::Email, "the billing system prints on");

        let mut pieces = vera.accounts().export_profile(ExportProfileRequest {}).await?.into_inner();
        let mut archive = Vec::new();
        while let Some(piece) = pieces.message().await? {
            ensure!(archive.is_empty() == (piece.media_type == "application/zip"), "a piece is {:?}", piece.media_type);
            archive.extend_from_slice(&piece.chunk);
        }
        // nothing in it is compressed
        let has = |what: &str| archive.windows(what.len()).any(|bytes| bytes == what.as_bytes());
        ensure!(archive.starts_with(b"PK\x03\x04") && has("PK\x05\x06"), "it is no ZIP archive");
        for what in ["profile.json", &newcomer.email, "links.jsonl", "\"bill_delivery\":\"email\"", "events.jsonl"] {
            ensure!(has(what), "{what} is not in the archive");
        }
        for secret in [&session.refresh_token, &session.access_token, &newcomer.password] {
            ensure!(!has(secret), "the archive holds a secret");
        }

        let wrong = DeleteProfileRequest { password: "not the password".into() };
        let refused = vera.accounts().delete_profile(wrong).await.unwrap_err();
        ensure!(reason(&refused) == "PASSWORD_WRONG", "{refused}");
        let right = DeleteProfileRequest { password: newcomer.password.clone() };
        vera.accounts().delete_profile(right.clone()).await?;

        // the mail before held the code
        let is_last = |mail: &komunala_sink::ReceivedMail| {
            mail.recipients.contains(&newcomer.email) && code_of(&mail.data).is_none()
        };
        world.region.sink.wait_for(is_last, SOON).await?;
        let told = tokio::time::timeout(SOON, async {
            while billing.delivery(&account) != Channel::Paper {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        told.await.context("the billing system was not told that the post brings the bills again")?;
        let refused = vera.accounts().delete_profile(right).await.unwrap_err();
        ensure!(reason(&refused) == "ACCESS_TOKEN_INVALID", "{refused}");
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let refused = visitor.accounts().sign_in(newcomer.sign_in()).await.unwrap_err();
        ensure!(reason(&refused) == "CREDENTIALS_INVALID", "{refused}");
        let refresh = RefreshSessionRequest { refresh_token: session.refresh_token };
        let refused = visitor.accounts().refresh_session(refresh).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "{refused}");

        let told_of = events(&world, "region").await??;
        // a tenant that nobody knows gets no chain by being asked for
        let refused = events(&world, "nowhere").await?.unwrap_err();
        ensure!(reason(&refused) == "NOT_FOUND", "{refused}");
        let actions: Vec<_> = told_of.iter().map(|event| event.action.as_str()).collect();
        let expected = [
            "registered", "consent_given", "consent_given", "signed_in", "delivery_changed", "consent_given", "exported",
            "erased", "audit_read",
        ];
        ensure!(actions == expected, "{actions:?}");
        let verified = verify_in(world.dir())?;
        ensure!(verified.status.success(), "{verified:?}");
        let printed = String::from_utf8(verified.stdout)?;
        ensure!(printed.starts_with("whole   ") && !printed.contains("nowhere"), "{printed}");
        world.stop().await;
        Ok(())
    }
}
