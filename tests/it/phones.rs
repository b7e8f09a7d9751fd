//! Short messages over a gateway: readings from phones, what is answered, receipts, and hubs that die in between.

use std::time::Duration;

use anyhow::{Context, ensure};
use komunala_demo::{Customer, GasRuma, Newcomer, World, story::next_reading};
use komunala_grpc::proto::v1::{Account, ListAccountsRequest, Profile, UpdateProfileRequest};
use komunala_simulators::{PhoneFault, SentText};
use komunala_tests::{TestWorld, on_both_databases};
use prost_types::FieldMask;

/// How long anything may take that workers do.
const SOON: Duration = Duration::from_secs(30);
/// The phone of somebody who has an account linked.
const PHONE: &str = "+381601234567";

/// Somebody with a linked account whose profile names [`PHONE`].
async fn with_phone(world: &World) -> anyhow::Result<(Customer, Account)> {
    let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let profile = Some(Profile { phone_number: PHONE.to_owned(), ..Default::default() });
    let update_mask = Some(FieldMask { paths: vec!["phone_number".to_owned()] });
    customer.accounts().update_profile(UpdateProfileRequest { profile, update_mask }).await?;
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    Ok((customer, listed.accounts.into_iter().next().context("no account is linked")?))
}

/// What a phone writes, to the gas utility.
async fn write(world: &World, id: &str, from: &str, text: &str) -> anyhow::Result<()> {
    let address = world.region.incoming_texts(world.pages, "gas-ruma");
    let status = world.region.phones.hand_on(&address, id, from, text).await?;
    ensure!(status == 200, "the hub answered {status}");
    Ok(())
}

async fn answered(world: &World, to: &str, words: &str) -> anyhow::Result<SentText> {
    let wanted = |sent: &SentText| sent.to == to && sent.text.contains(words);
    let waited = world.region.phones.wait_for(wanted, SOON).await;
    waited.with_context(|| format!("no text about `{words}`: {:?}", world.region.phones.sent()))
}

/// The next reading of the account's first meter, as its owner writes it.
async fn next(customer: &Customer, account: &Account) -> anyhow::Result<String> {
    let submit = next_reading(customer, account).await?;
    let register = submit.registers.first().context("a meter without registers")?;
    Ok(register.value.as_ref().context("no value")?.value.clone())
}

on_both_databases! {
    async fn a_reading_by_text_goes_the_way_of_every_reading_and_is_confirmed_once(database) {
        let world = TestWorld::start(database).await?;
        let (customer, account) = with_phone(&world).await?;
        let point = &account.supply_points.first().context("no supply point")?.point_number;
        let text = format!("{point} stanje {} da", next(&customer, &account).await?);
        // a gateway hands on what it is not sure to have handed on
        for _ in 0..3 {
            write(&world, "one-and-the-same", PHONE, &text).await?;
        }
        let confirmed = answered(&world, PHONE, "primljeno stanje").await?;
        ensure!(confirmed.coding == "0" && confirmed.from == "Gas-Ruma", "{confirmed:?}");
        let billing = &world.region.provider::<GasRuma>()?.billing;
        tokio::time::sleep(Duration::from_secs(3)).await;
        ensure!(billing.submitted_readings().len() == 1, "{:?}", billing.submitted_readings());
        ensure!(world.region.phones.sent().len() == 1, "{:?}", world.region.phones.sent());
        world.stop().await;
        Ok(())
    }

    async fn whoever_is_not_known_or_understood_learns_how_to_write_once_an_hour_and_nothing_else(database) {
        let world = TestWorld::start(database).await?;
        let (_, account) = with_phone(&world).await?;
        let point = &account.supply_points.first().context("no supply point")?.point_number;
        let stranger = "+381641112223";
        // a number that is there, one that is not, and something else
        for (n, text) in [format!("{point} STANJE 5"), "999999 STANJE 5".to_owned(), "Kada stize racun?".to_owned()].iter().enumerate() {
            write(&world, &format!("text-{n}"), stranger, text).await?;
        }
        let told = answered(&world, stranger, "STANJE 1234").await?;
        ensure!(!told.text.contains(point.as_str()), "{told:?}");
        tokio::time::sleep(Duration::from_secs(3)).await;
        ensure!(world.region.phones.sent().len() == 1, "{:?}", world.region.phones.sent());
        // no secret, no text
        let address = format!("http://{}/sms/gas-ruma/incoming?secret=guessed-guessed", world.pages);
        let refused = world.region.phones.hand_on(&address, "x", stranger, "POMOC").await?;
        ensure!(refused == 403, "{refused}");
        world.stop().await;
        Ok(())
    }

    async fn a_text_whose_answer_was_lost_is_sent_again_unless_a_receipt_says_that_it_was_taken(database) {
        let world = TestWorld::configured(database, "[sms]\nreceipts_within = \"3s\"\npoll = \"200ms\"").await?;
        // nobody reports anything: the gateway may have it, and nobody knows
        world.region.phones.report(&[]);
        world.region.phones.fail([PhoneFault::Refuse(503), PhoneFault::CutBefore]);
        write(&world, "1", "+381641112224", "?").await?;
        answered(&world, "+381641112224", "STANJE 1234").await?;
        ensure!(world.region.phones.asked() >= 3, "it was asked {} times", world.region.phones.asked());

        // receipts in an odd order, one of them twice, and before the answer
        world.region.phones.report(&[1, 4, 1, 8]);
        world.region.phones.fail([PhoneFault::CutAfter]);
        write(&world, "2", "+381641112225", "?").await?;
        answered(&world, "+381641112225", "STANJE 1234").await?;
        tokio::time::sleep(Duration::from_secs(12)).await;
        let copies = world.region.phones.sent().iter().filter(|sent| sent.to == "+381641112225").count();
        ensure!(copies == 1, "{copies} copies were sent of what the handset has");
        world.stop().await;
        Ok(())
    }
}
