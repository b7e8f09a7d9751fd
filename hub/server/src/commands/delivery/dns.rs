//! What is to be published for the hub's mail, out of its configuration alone.

use std::{collections::BTreeSet, fmt::Write, net::IpAddr, path::Path};

use super::print;
use crate::Configuration;

/// The longest piece of a text record.
const PIECE: usize = 255;

pub(super) fn run(path: &Path) -> anyhow::Result<()> {
    let configuration = Configuration::read(path)?;
    print(&records(&configuration)?)
}

fn records(configuration: &Configuration) -> anyhow::Result<String> {
    let mail = &configuration.mail;
    let signers = mail.signers(&configuration.base)?;
    let addresses = std::iter::once(&mail.sender.address).chain(mail.sender.by_provider.values());
    let senders: BTreeSet<&str> = addresses.map(|address| address.domain()).collect();
    let returns = mail.bounces.as_ref().map(|bounces| bounces.address.domain());

    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| writeln!(text, "{words}").expect("a string takes everything");
    line(format_args!("; Which servers may send: the relays. SPF is asked for the domain of the return path."));
    for domain in senders.iter().copied().chain(returns).collect::<BTreeSet<_>>() {
        let mut hosts = mail.hosts_for(domain);
        if returns == Some(domain) {
            // every mail comes back there, whatever relay it went over
            hosts.extend(mail.relays.values().chain([&mail.relay]).map(|relay| relay.host.as_str()));
        }
        let places: Vec<_> = hosts.into_iter().map(place).collect();
        line(format_args!("{domain}. IN TXT \"v=spf1 {} -all\"", places.join(" ")));
    }
    line(format_args!("; By what signatures are checked (DKIM)."));
    for record in signers.iter().map(komunala_delivery::dkim::Signer::record) {
        line(format_args!("{}. IN TXT {}", record.name, pieces(&record.text)));
    }
    for domain in &senders {
        if !signers.iter().any(|signer| signer.signs && signer.domain == **domain) {
            line(format_args!("; Nothing signs for {domain}: add a key under [[mail.dkim]]."));
        }
    }
    line(format_args!(
        "; What to do with mail that neither of them speaks for (DMARC). Begin with p=none and read the reports."
    ));
    for domain in &senders {
        line(format_args!("_dmarc.{domain}. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""));
    }
    match returns {
        Some(domain) => {
            line(format_args!("; Where mail comes that comes back: the server that delivers to the Maildir."));
            line(format_args!("{domain}. IN MX 10 mail.{domain}."));
        }
        None => line(format_args!("; Mail that comes back is read by nobody: see [mail.bounces].")),
    }
    Ok(text)
}

/// The relay as SPF names it.
fn place(host: &str) -> String {
    match host.parse() {
        Ok(IpAddr::V4(address)) => format!("ip4:{address}"),
        Ok(IpAddr::V6(address)) => format!("ip6:{address}"),
        Err(_) => format!("a:{host}"),
    }
}

/// A text in quotes, in pieces that a record can hold.
fn pieces(text: &str) -> String {
    let pieces = text.as_bytes().chunks(PIECE).map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece)));
    pieces.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8463, appendix A.2.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";

    fn said(configuration: &str) -> anyhow::Result<String> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("key.pem"), KEY)?;
        let path = folder.path().join("komunala.toml");
        std::fs::write(&path, configuration)?;
        records(&Configuration::read(&path)?)
    }

    #[test]
    fn what_is_to_be_published_follows_from_the_configuration() {
        let text = said(
            "[mail.relay]\nhost = \"relay.example.rs\"\n[mail.sender]\naddress = \"hub@example.rs\"\n\
             by_provider = { water = \"bills@water.example\" }\n\
             [[mail.dkim]]\ndomain = \"example.rs\"\nselector = \"k1\"\nkey = { file = \"key.pem\" }\n\
             [mail.bounces]\naddress = \"bounce@bounces.example.rs\"\n",
        )
        .unwrap();
        for record in [
            "example.rs. IN TXT \"v=spf1 a:relay.example.rs -all\"",
            "bounces.example.rs. IN TXT \"v=spf1 a:relay.example.rs -all\"",
            "k1._domainkey.example.rs. IN TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
            "_dmarc.water.example. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@water.example\"",
            "; Nothing signs for water.example: add a key under [[mail.dkim]].",
            "bounces.example.rs. IN MX 10 mail.bounces.example.rs.",
        ] {
            assert!(text.lines().any(|line| line == record), "{record} is not in\n{text}");
        }
    }

    #[test]
    fn a_domain_names_the_relays_of_the_providers_whose_mail_comes_from_it() {
        let text = said(
            "[mail.relay]\nhost = \"relay.example.rs\"\n[mail.relays.water]\nhost = \"192.0.2.7\"\n\
             [mail.relays.heat]\nhost = \"smtp.heat.example\"\nport = 465\ntls = \"implicit\"\n\
             [mail.sender]\naddress = \"hub@example.rs\"\nby_provider = { water = \"bills@water.example\" }\n\
             [mail.bounces]\naddress = \"bounce@bounces.example.rs\"\n",
        )
        .unwrap();
        for record in [
            "example.rs. IN TXT \"v=spf1 a:relay.example.rs a:smtp.heat.example -all\"",
            "water.example. IN TXT \"v=spf1 ip4:192.0.2.7 -all\"",
            "bounces.example.rs. IN TXT \"v=spf1 ip4:192.0.2.7 a:relay.example.rs a:smtp.heat.example -all\"",
        ] {
            assert!(text.lines().any(|line| line == record), "{record} is not in\n{text}");
        }
    }

    #[test]
    fn a_relay_is_named_by_its_name_or_by_the_kind_of_its_address() {
        assert_eq!(["relay.example", "127.0.0.1", "::1"].map(place), ["a:relay.example", "ip4:127.0.0.1", "ip6:::1"]);
    }

    #[test]
    fn a_key_that_is_none_is_named_and_not_shown() {
        let wrong =
            said("[[mail.dkim]]\ndomain = \"example.rs\"\nselector = \"k1\"\nkey = { file = \"komunala.toml\" }\n");
        let error = wrong.unwrap_err().to_string();
        assert_eq!(error, "the key k1 of example.rs: it holds no private key in PEM");
    }
}
