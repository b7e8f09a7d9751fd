//! What is asked a hundred times and said five times happens once.

use anyhow::{Context, ensure};
use futures::future::join_all;
use komunala_demo::{Chernihivgaz, Newcomer};
use komunala_grpc::proto::v1::{
    GetBalanceRequest, GetPaymentRequest, ListPaymentsRequest, PaymentState, StartPaymentRequest,
};
use komunala_simulators::checkout::{BillState, Says};
use komunala_tests::on_both_databases;

use super::payer::{Payer, order, reason};

on_both_databases! {
    async fn a_hundred_at_once_with_one_request_id_start_one_payment(database) {
        let payer = Payer::start(database).await?;
        let request = payer.request("ipay");
        let started = join_all((0..100).map(|_| payer.begin(request.clone()))).await;
        let started: Vec<_> = started.into_iter().collect::<Result<_, _>>()?;
        let first = started[0].clone();
        ensure!(started.iter().all(|other| *other == first), "they were answered differently");
        ensure!(first.redirect_uri.contains("/pay/"), "{first:?}");
        ensure!(payer.ipay.till.bills().len() == 1, "Ipay heard of {} payments", payer.ipay.till.bills().len());
        let list = ListPaymentsRequest { parent: payer.account.clone(), ..Default::default() };
        let listed = payer.customer.invoices().list_payments(list).await?.into_inner().payments;
        ensure!(listed.len() == 1 && listed[0].state() == PaymentState::Pending, "{listed:?}");
        // whoever does not have the account sees nothing of it
        let other = Newcomer::of(payer.world.region.provider::<Chernihivgaz>()?, 1)?;
        let (other, _) = other.settle(payer.world.api, &payer.world.region).await?;
        let foreign = other.invoices().get_payment(GetPaymentRequest { name: listed[0].name.clone() }).await.unwrap_err();
        ensure!(reason(&foreign) == "NOT_FOUND", "{foreign}");

        let reused = payer.begin(StartPaymentRequest { channel: "portmone".into(), ..request }).await.unwrap_err();
        ensure!(reason(&reused) == "REQUEST_ID_REUSED", "{reused}");
        payer.world.stop().await;
        Ok(())
    }

    async fn each_call_back_five_times_in_any_order_is_one_posting(database) {
        let payer = Payer::start(database).await?;
        let request = GetBalanceRequest { name: payer.account.clone() };
        let owed = payer.customer.invoices().get_balance(request.clone()).await?.into_inner();
        let (payment, bill) = payer.at_ipay().await?;
        let before = payer.ipay.callback(&bill, Says::Truth);
        payer.ipay.till.change(|switches| switches.callbacks = 0);
        let declined = payer.ipay.decide(order(&payment.name), BillState::Declined).context("no bill")?;
        let declined = payer.ipay.callback(&declined, Says::Truth);
        let paid = payer.ipay.decide(order(&payment.name), BillState::Paid).context("no bill")?;
        let paid = payer.ipay.callback(&paid, Says::Truth);
        // what is older says something else by now, and what it says is not what counts
        let mut callbacks = vec![[before, declined, paid]; 5].concat();
        callbacks.rotate_left(7);
        let address = payer.callbacks("ipay");
        for taken in join_all(callbacks.into_iter().map(|body| payer.browser.post(&address, body))).await {
            ensure!(taken?.status == 200, "a call-back was refused");
        }
        let posted = payer.comes_to(&payment.name, PaymentState::Posted).await?;
        ensure!(posted.reference == bill.reference && posted.paid_date.is_some(), "{posted:?}");
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        ensure!(payer.posted()[0].reference == bill.reference, "{:?}", payer.posted());
        let audited = payer.audited().await?;
        let wanted = ["payment_started", "payment_made", "payment_posted"].map(|action| format!("{action} {}", order(&payment.name)));
        ensure!(audited == wanted, "{audited:?}");

        // the copy of the balance went with it
        let owes = payer.customer.invoices().get_balance(request).await?.into_inner();
        ensure!(owes != owed, "the balance is still what it was");
        let again = payer.begin(payer.request("ipay")).await.unwrap_err();
        ensure!(reason(&again) == "ALREADY_PAID", "{again}");
        ensure!(reason(&payer.options().await.unwrap_err()) == "ALREADY_PAID", "it is offered again");
        payer.world.stop().await;
        Ok(())
    }

    async fn money_that_goes_back_is_noticed_and_told(database) {
        let payer = Payer::start(database).await?;
        let (payment, _) = payer.at_portmone().await?;
        payer.portmone.decide(order(&payment.name), BillState::Paid).context("no bill")?;
        payer.comes_to(&payment.name, PaymentState::Posted).await?;
        payer.portmone.till.change(|switches| switches.callbacks = 5);
        payer.portmone.decide(order(&payment.name), BillState::Reversed).context("no bill")?;
        payer.comes_to(&payment.name, PaymentState::Reversed).await?;
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        ensure!(payer.audited().await?.iter().any(|event| event.starts_with("payment_reversed")), "nobody is told");
        // what was given back can be paid anew
        payer.options().await?;
        payer.world.stop().await;
        Ok(())
    }
}
