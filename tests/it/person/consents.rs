//! What a person agreed to, and what comes into force since.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, World};
use komunala_grpc::{
    client::OperatorClient,
    proto::v1::{
        BillDelivery, Consent, GetProviderRequest, GiveConsentRequest, ListAccountsRequest, ListConsentsRequest,
        RegisterRequest, SetBillDeliveryRequest,
    },
};
use komunala_tests::{TestWorld, on_both_databases};
use sha2::{Digest, Sha256};

use super::reason;

async fn consents(customer: &Customer) -> anyhow::Result<Vec<Consent>> {
    Ok(customer.accounts().list_consents(ListConsentsRequest::default()).await?.into_inner().consents)
}

/// The provider publishes other terms.
async fn publish(world: &World, text: &str) -> anyhow::Result<()> {
    let settings = world.dir().join("settings");
    std::fs::write(settings.join("documents/terms-2025-01.txt"), text)?;
    let applied = std::fs::read_to_string(settings.join("gas-ruma.toml"))?;
    let mut applied: toml::Table = applied.parse()?;
    let documents = applied["provider"]["documents"].as_array_mut().context("no documents")?;
    let terms = documents[0].as_table_mut().context("no terms")?;
    terms.insert("version".into(), "2025-01".into());
    terms.insert("file".into(), "documents/terms-2025-01.txt".into());
    let mut operator = OperatorClient::connect(&world.operator.to_string(), &world.operator_token()?, None).await?;
    operator.apply_provider(toml::to_string(&applied)?, false).await?;
    Ok(())
}

on_both_databases! {
    async fn what_a_registration_accepts_is_written_down_with_the_digests_of_the_texts(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let mut registration = RegisterRequest {
            bill_delivery: BillDelivery::Email.into(),
            bill_delivery_pre_ticked: true,
            ..vera.registration()
        };
        registration.accepted_documents[1].pre_ticked = true;
        visitor.accounts().register(registration).await?;
        let (here, _) = vera.confirm(&visitor, &world.region).await?;

        let provider = GetProviderRequest { name: "providers/gas-ruma".into() };
        let published = visitor.providers().get_provider(provider).await?.into_inner().documents;
        let text = std::fs::read(world.dir().join("settings/documents/gas-ruma-terms-2024-05.txt"))?;
        ensure!(published[0].sha256 == hex::encode(Sha256::digest(text)), "{published:?}");
        let mut given = consents(&here).await?;
        given.sort_by(|a, b| a.purpose.cmp(&b.purpose));
        let seen: Vec<_> = given.iter().map(|it| (it.purpose.as_str(), it.granted, it.pre_ticked)).collect();
        let expected = [("bill_by_email", true, Some(true)), ("privacy", true, Some(true)), ("terms", true, Some(false))];
        ensure!(seen == expected, "{given:?}");
        ensure!(given[2].sha256 == published[0].sha256 && given[2].version == "2024-05", "{given:?}");
        ensure!(given[2].language_code == "sr-Latn" && given[2].mechanism == "Register", "{given:?}");
        world.stop().await;
        Ok(())
    }

    async fn a_newer_version_is_asked_for_again_before_mail_is_chosen(database) {
        let world = TestWorld::start(database).await?;
        let (here, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let outstanding = here.accounts().list_consents(ListConsentsRequest::default()).await?.into_inner().outstanding;
        ensure!(outstanding.is_empty(), "{outstanding:?}");
        publish(&world, "Novi uslovi").await?;
        let outstanding = here.accounts().list_consents(ListConsentsRequest::default()).await?.into_inner().outstanding;
        ensure!(outstanding.len() == 1 && outstanding[0].provider == "gas-ruma", "{outstanding:?}");
        let newer = outstanding[0].document.clone().context("no document")?;
        ensure!((newer.document.as_str(), newer.version.as_str()) == ("terms", "2025-01"), "{newer:?}");

        let accounts = here.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
        let by_mail = SetBillDeliveryRequest {
            name: accounts[0].name.clone(),
            bill_delivery: BillDelivery::Email.into(),
            ..Default::default()
        };
        let refused = here.accounts().set_bill_delivery(by_mail.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "DOCUMENTS_NOT_ACCEPTED", "{refused}");
        let accept = GiveConsentRequest {
            provider: "gas-ruma".into(),
            document: "terms".into(),
            version: "2024-05".into(),
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        };
        let refused = here.accounts().give_consent(accept.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "DOCUMENT_OUTDATED", "{refused}");
        let accept = GiveConsentRequest { version: "2025-01".into(), ..accept };
        let given = here.accounts().give_consent(accept.clone()).await?.into_inner();
        ensure!(given.sha256 == newer.sha256 && given.mechanism == "GiveConsent", "{given:?}");
        ensure!(here.accounts().give_consent(accept).await?.into_inner() == given, "it was written down twice");
        here.accounts().set_bill_delivery(by_mail).await?;
        let newest = consents(&here).await?;
        ensure!(newest[0].purpose == "bill_by_email" && newest[0].granted, "{newest:?}");
        ensure!(newest[1] == given, "{newest:?}");
        let outstanding = here.accounts().list_consents(ListConsentsRequest::default()).await?.into_inner().outstanding;
        ensure!(outstanding.is_empty(), "{outstanding:?}");
        world.stop().await;
        Ok(())
    }
}
