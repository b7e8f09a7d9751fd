//! Who offers what: the table, held against the components, the API and the README, and a test for each of its ticks.

mod cells;
mod direct;
mod empty;
mod exports;
mod metering;
mod readme;
mod table;
pub(crate) mod town;

/// A test for each tick of a provider: the function of that name in `cells` or `direct`, with the adapter as it is now and
/// with the one that was built when the contract was published.
macro_rules! offers {
    ($($module:ident = $provider:literal: $($home:ident::$interface:ident),+;)+) => {
        $(mod $module {
            $(mod $interface {
                use super::super::{$home, town};

                #[tokio::test(flavor = "multi_thread")]
                async fn by_the_adapter_of_this_tree() -> anyhow::Result<()> {
                    $home::$interface(&town::BUILT, $provider).await
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn by_the_adapter_of_contract_0_1_0() -> anyhow::Result<()> {
                    $home::$interface(&town::PUBLISHED_0_1_0, $provider).await
                }
            })+
        })+

        /// The ticks that have a test, by provider.
        const TESTED: &[(&str, &[&str])] = &[$(($provider, &[$(stringify!($interface)),+])),+];
    };
}

offers! {
    gas_ruma_offers = "gas-ruma": cells::customers, cells::invoices, cells::documents, cells::ledger, cells::balance,
        cells::readings, cells::delivery, direct::requests, direct::payments, direct::changes;
    chernihivgaz_offers = "chernihivgaz": cells::customers, cells::invoices, cells::documents, cells::ledger,
        cells::balance, cells::readings, cells::delivery, direct::requests, direct::payments, direct::changes;
    stambeno_ruma_offers = "stambeno-ruma": cells::customers, cells::invoices, cells::documents, cells::ledger,
        cells::balance, cells::readings, cells::delivery, direct::changes;
    infostan_offers = "infostan": cells::customers, cells::invoices, cells::documents, cells::ledger, cells::balance,
        cells::delivery, direct::requests, cells::changes;
    elektro_gorenjska_offers = "elektro-gorenjska": cells::customers, cells::invoices, cells::documents,
        cells::readings, metering::intervals, metering::outages, cells::changes;
}

#[test]
fn every_tick_of_the_table_has_a_test() {
    for column in &table::TABLE.columns {
        let offered = table::TABLE.offered(&column.provider);
        let tested = TESTED.iter().find(|(provider, _)| *provider == column.provider).map(|(_, tested)| *tested);
        assert_eq!(
            tested.unwrap_or_default().iter().copied().collect::<std::collections::BTreeSet<_>>(),
            offered,
            "{}",
            column.provider
        );
    }
}
