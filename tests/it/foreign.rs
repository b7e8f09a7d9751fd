//! Every method there is, called with what is another user's or another tenant's: refused.
//!
//! The methods come from the descriptors: one that is new and has no case here makes the test fail.

mod cases;
mod raw;
mod records;
mod town;

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use komunala_grpc::proto::{DESCRIPTORS, OPERATOR_DESCRIPTORS};
use komunala_tests::on_both_databases;
use prost::Message;

use self::{cases::Case, raw::Credentials, town::Town};

/// The paths of the methods in a set of descriptors.
fn methods(descriptors: &[u8]) -> anyhow::Result<BTreeSet<String>> {
    let files = prost_types::FileDescriptorSet::decode(descriptors)?;
    let services = files.file.iter().flat_map(|file| file.service.iter().map(move |service| (file.package(), service)));
    Ok(services
        .flat_map(|(package, service)| {
            service.method.iter().map(move |method| format!("/{package}.{}/{}", service.name(), method.name()))
        })
        .collect())
}

on_both_databases! {
    async fn nobody_reaches_what_is_another_users_or_another_tenants_by_any_method(database) {
        let town = Town::start(database).await?;
        let mut seen = BTreeSet::new();
        for Case { path, requests, refusals, is_harmless } in cases::all(&town) {
            for (named, request) in &requests {
                let answer = raw::call(&town.ana, path, request.clone()).await;
                if refusals.is_empty() {
                    ensure!(answer.as_ref().is_ok_and(|bytes| bytes.is_empty()), "{path} with {named}: {answer:?}");
                    continue;
                }
                let reason = answer.err().with_context(|| format!("{path} answered with {named}"))?;
                ensure!(refusals.contains(&reason.as_str()), "{path} with {named}: {reason}");
                // the same from whom it belongs to is refused for no such reason
                if is_harmless && let Some(owner) = town.owner(named) {
                    let answer = raw::call(owner, path, request.clone()).await;
                    ensure!(answer.as_ref().err().is_none_or(|no| no != "NOT_FOUND"), "{path} with {named}: {answer:?}");
                }
            }
            seen.insert(path.to_owned());
        }
        ensure!(methods(DESCRIPTORS)? == seen, "not every method has a case: {:?}", {
            methods(DESCRIPTORS)?.symmetric_difference(&seen).cloned().collect::<Vec<_>>()
        });
        town.nobody_got_mail().await?;
        town.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_token_opens_no_method_through_another_tenants_portal_and_none_of_the_operators() -> anyhow::Result<()>
{
    let town = Town::start(komunala_tests::Database::Sqlite).await?;
    let strayed = Credentials { portal_key: town.olena.portal_key.clone(), ..town.ana.clone() };
    let visitor = Credentials { token: None, ..town.ana.clone() };
    let mut of_users = 0;
    for path in methods(DESCRIPTORS)? {
        // what a visitor may call takes no user's token at all, and reads none
        if raw::call(&visitor, &path, Vec::new()).await != Err("SIGN_IN_REQUIRED".to_owned()) {
            continue;
        }
        let answer = raw::call(&strayed, &path, Vec::new()).await;
        ensure!(answer == Err("ACCESS_TOKEN_INVALID".to_owned()), "{path}: {answer:?}");
        of_users += 1;
    }
    ensure!(of_users > 20, "only {of_users} methods want a user");
    let at_the_operators = Credentials { address: town.operator, ..town.ana.clone() };
    for path in methods(OPERATOR_DESCRIPTORS)? {
        let answer = raw::call(&at_the_operators, &path, Vec::new()).await;
        // whoever goes on with wrong tokens is not even looked at any more
        let refusals = ["OPERATOR_TOKEN_INVALID", "TOO_MANY_ATTEMPTS"];
        ensure!(answer.as_ref().is_err_and(|reason| refusals.contains(&reason.as_str())), "{path}: {answer:?}");
        let answer = raw::call(&town.ana, &path, Vec::new()).await;
        ensure!(answer == Err("METHOD_UNKNOWN".to_owned()), "{path}: {answer:?}");
    }
    town.stop().await;
    Ok(())
}
