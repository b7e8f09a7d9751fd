//! The payment providers through which a utility's bills can be paid: `[[provider.payment_channels]]`, a table per shop.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use komunala_app::ports::{Gateway, workshop::SettingsProblem};
use komunala_domain::Currency;
use komunala_payments::{Exchange, Protocol, Shop, UnknownProtocol, check, gateway};
use serde::Deserialize;

use crate::secret::SecretSource;

/// The most shops of a utility.
const MOST: usize = 16;

/// A shop at a payment provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentChannelSettings {
    /// `ipay` or `portmone`.
    pub channel: String,
    /// How the payment provider knows the shop: Ipay's `mch_id`, Portmone's `payee_id`.
    pub merchant: String,
    /// The name that the shop signs in with (Portmone).
    pub login: Option<String>,
    /// Which of the secrets it signs (Ipay) or signs in with (Portmone). No adapter can use a secret that is named here.
    pub secret: String,
    /// Where the payment provider is asked.
    pub endpoint: String,
    /// The issuer, by its code on bills, whose bills are paid to this shop; all of them where nobody says.
    pub issuer: Option<String>,
}

impl PaymentChannelSettings {
    /// Names what is wrong with the shops of a utility that bills in `currency`.
    pub(super) fn check(
        channels: &[Self],
        secrets: &BTreeMap<String, SecretSource>,
        currency: Currency,
        wrong: &mut impl FnMut(&str, String),
    ) {
        if channels.len() > MOST {
            wrong("provider.payment_channels", format!("there are at most {MOST}"));
        }
        for (index, settings) in channels.iter().enumerate() {
            let mut wrong = |field: &str, problem: String| {
                wrong(&format!("provider.payment_channels[{index}].{field}"), problem);
            };
            let protocol = match settings.channel.parse::<Protocol>() {
                Ok(protocol) => protocol,
                Err(error) => {
                    wrong("channel", error.to_string());
                    continue;
                }
            };
            if currency != Currency::UAH {
                wrong("channel", format!("it takes hryvnias, and the bills are in {currency}"));
            }
            if !secrets.contains_key(&settings.secret) {
                wrong("secret", format!("[secrets] has no `{}`", settings.secret));
            }
            let is_same = |other: &Self| other.channel == settings.channel && other.issuer == settings.issuer;
            if channels[..index].iter().any(is_same) {
                wrong("channel", "another shop of this channel is for the same issuer".to_owned());
            }
            if let Err(error) = check(protocol, &settings.shop("-".to_owned().into())) {
                wrong("channel", error.to_string());
            }
        }
    }

    /// The payment providers of a utility, with their secrets read.
    pub(crate) fn gateways(
        channels: &[Self],
        secrets: &BTreeMap<String, SecretSource>,
        exchange: &Exchange,
    ) -> Result<Vec<Arc<dyn Gateway>>, SettingsProblem> {
        let opened = channels.iter().enumerate().map(|(index, settings)| {
            let problem = |field: &str, problem: String| {
                SettingsProblem::new(format!("provider.payment_channels[{index}].{field}"), problem)
            };
            let source = secrets.get(&settings.secret);
            let source = source.ok_or_else(|| problem("secret", format!("[secrets] has no `{}`", settings.secret)))?;
            let secret = source.read(Path::new("")).map_err(|error| problem("secret", error.to_string()))?;
            let unknown = |error: UnknownProtocol| problem("channel", error.to_string());
            let protocol = settings.channel.parse().map_err(unknown)?;
            gateway(protocol, settings.shop(secret), exchange).map_err(|error| problem("channel", error.to_string()))
        });
        opened.collect()
    }

    fn shop(&self, secret: secrecy::SecretString) -> Shop {
        Shop {
            issuer: self.issuer.clone(),
            merchant: self.merchant.clone(),
            login: self.login.clone(),
            secret,
            endpoint: self.endpoint.clone(),
        }
    }
}
