//! What a component may import: WASI 0.2, outgoing HTTP, and the contract's own types.
//!
//! Everything that is linked is listed by name. Sockets and file systems are among it, because the runtimes of some
//! languages import them without using them; every use is refused at run time. An import that is not listed refuses the
//! component, by name: a trap stub in its place would fail at some later call.

/// The versions of WASI 0.2 are compatible with one another in both directions as far as interfaces go.
const WASI: &str = "0.2.";

const ALLOWED: [(&str, &[&str]); 7] = [
    (
        "wasi:cli/",
        &[
            "environment",
            "exit",
            "stdin",
            "stdout",
            "stderr",
            "terminal-input",
            "terminal-output",
            "terminal-stdin",
            "terminal-stdout",
            "terminal-stderr",
        ],
    ),
    ("wasi:io/", &["error", "poll", "streams"]),
    ("wasi:clocks/", &["wall-clock", "monotonic-clock"]),
    ("wasi:random/", &["random", "insecure", "insecure-seed"]),
    ("wasi:filesystem/", &["types", "preopens"]),
    (
        "wasi:sockets/",
        &["network", "instance-network", "ip-name-lookup", "tcp", "tcp-create-socket", "udp", "udp-create-socket"],
    ),
    ("wasi:http/", &["types", "outgoing-handler"]),
];

/// The package of the contract.
pub(super) const CONTRACT: &str = "komunala:adapter/";

/// The contract's interfaces without functions: a guest imports them for their types, and nothing is linked.
const TYPES: [&str; 4] = ["types", "account-types", "invoice-types", "reading-types"];

/// Whether a component may import `name` (`package:namespace/interface@version`).
pub(super) fn is_allowed(name: &str) -> bool {
    let Some((interface, version)) = name.split_once('@') else { return false };
    if let Some(interface) = interface.strip_prefix(CONTRACT) {
        return TYPES.contains(&interface);
    }
    version.starts_with(WASI)
        && ALLOWED.iter().any(|(package, interfaces)| {
            interface.strip_prefix(package).is_some_and(|interface| interfaces.contains(&interface))
        })
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn wasi_and_the_contracts_types_are_allowed_and_nothing_else() {
        for allowed in [
            "wasi:cli/environment@0.2.6",
            "wasi:http/outgoing-handler@0.2.0",
            "wasi:sockets/tcp@0.2.3",
            "komunala:adapter/types@0.1.0",
        ] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for forbidden in [
            "wasi:http/incoming-handler@0.2.0",
            "wasi:cli/environment@0.3.0",
            "wasi:cli/environment",
            "wasi:keyvalue/store@0.2.0",
            "komunala:adapter/customers@0.1.0",
            "komunala:host/secrets@0.1.0",
            "env",
            "",
        ] {
            assert!(!is_allowed(forbidden), "{forbidden}");
        }
    }
}
