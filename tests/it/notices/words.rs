//! Letters and texts for phones in a utility's own words.

use std::time::Duration;

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::client::ClientError;
use komunala_simulators::SentText;
use komunala_tests::{Database, on_both_databases};

use crate::operator::office::Office;

const WORDS: &str = r#"
[provider.texts.confirm_email.sr-Cyrl]
subject = "{{ provider_name }}: добро дошли"
greeting = "Поштовани,"
body = """
код је:

{{ code }}

или {{ link }}
"""
"#;

on_both_databases! {
    async fn the_next_letter_is_in_the_words_that_an_operator_applied(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let settings = office.provider_settings()?;
        operator.apply_provider(format!("{settings}{WORDS}"), false).await?;
        let vera = Newcomer::at(&office.region, 0)?;
        let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
        visitor.accounts().register(vera.registration()).await?;
        // she reads Latin, and nobody wrote any
        let text = Inbox::of(&office.region, &vera.email).text_about("dobro došli").await?;
        ensure!(text.starts_with("Poštovani,") && text.contains("kod je:"), "{text}");
        vera.confirm(&visitor, &office.region).await?;

        // in the other language it is the hub that speaks
        let bojan = Newcomer { language: "en".to_owned(), ..Newcomer::at(&office.region, 1)? };
        visitor.accounts().register(bojan.registration()).await?;
        Inbox::of(&office.region, &bojan.email).about("confirm your e-mail address").await?;
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_for_phones_is_in_the_words_that_an_operator_applied() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let settings = office.provider_settings()?;
    let words = "[provider.sms.texts.how_to]\nsr-Cyrl = \"Пишите нам овако: {{ example }}\"\n";
    let Err(ClientError::Refused(refusal)) =
        operator.apply_provider(format!("{settings}{}", words.replace("example", "exampel")), false).await
    else {
        anyhow::bail!("it was not refused");
    };
    let (field, problem) = refusal.fields.first().context("no field is named")?;
    ensure!(*field == "provider.sms.texts.how_to.sr-Cyrl" && problem.contains("no `exampel`"), "{field}: {problem}");
    operator.apply_provider(format!("{settings}{words}"), false).await?;
    let address = office.region.incoming_texts(hub.pages.context("no pages")?, "gas-ruma");
    office.region.phones.hand_on(&address, "1", "+381641112223", "?").await?;
    let wanted = |sent: &SentText| sent.to == "+381641112223";
    let sent = office.region.phones.wait_for(wanted, Duration::from_secs(20)).await?;
    ensure!((sent.text.as_str(), sent.coding.as_str()) == ("Pisite nam ovako: STANJE 1234", "0"), "{sent:?}");
    hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_cannot_be_sent_are_named_by_letter_language_and_line_and_change_nothing() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let settings = office.provider_settings()?;
    let first = settings.lines().count() + 1;
    for (words, field, says) in [
        (
            WORDS.replace("{{ code }}", ""),
            "confirm_email.sr-Cyrl.body",
            format!("line {}: `{{{{ code }}}}`", first + 5),
        ),
        (
            WORDS.replace("{{ link }}", "{{ linc }}"),
            "confirm_email.sr-Cyrl.body",
            format!("line {}: there is no `linc`", first + 9),
        ),
        (
            WORDS.replace("{{ code }}", "{% if code %}"),
            "confirm_email.sr-Cyrl.body",
            format!("line {}: syntax error", first + 7),
        ),
        (WORDS.replace("confirm_email", "confirm_mail"), "confirm_mail", "there is no such letter".to_owned()),
        (WORDS.replace("sr-Cyrl", "mk"), "confirm_email.mk", "`mk` is none of the languages".to_owned()),
    ] {
        let Err(ClientError::Refused(refusal)) = operator.apply_provider(format!("{settings}{words}"), false).await
        else {
            anyhow::bail!("{field} was not refused");
        };
        let (named, problem) = refusal.fields.first().context("no field is named")?;
        ensure!(*named == format!("provider.texts.{field}") && problem.starts_with(&says), "{named}: {problem}");
    }
    ensure!(operator.provider(crate::operator::office::PROVIDER.to_owned()).await?.revision == 0, "something changed");
    hub.stop().await;
    Ok(())
}
