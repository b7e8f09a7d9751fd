//! Which addresses the hub connects to on a guest's behalf.
//!
//! Public ones, and the ranges that an operator names. Anything that is not plainly public (IANA's registries of
//! special-purpose addresses) is refused: loopback, private, link-local with the clouds' metadata services, shared,
//! documentation, benchmarking, multicast, reserved. IPv6 is refused outside of 2000::/3, and an address with an IPv4
//! address inside (mapped, NAT64, 6to4, Teredo) must be allowed in both forms, save that a mapped one *is* its IPv4
//! address.
//!
//! ```
//! use komunala_sandbox::AddressPolicy;
//!
//! let policy = AddressPolicy::allowing(["10.20.0.0/16".parse().unwrap()]);
//! assert!(policy.permits("93.184.215.14".parse().unwrap()));
//! assert!(policy.permits("10.20.3.4".parse().unwrap()));
//! assert!(!policy.permits("10.21.3.4".parse().unwrap()));
//! assert!(!policy.permits("::ffff:127.0.0.1".parse().unwrap()));
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry>, with multicast and the reserved rest.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 8),
    v4(10, 0, 0, 8),
    v4(100, 64, 0, 10),
    v4(127, 0, 0, 8),
    v4(169, 254, 0, 16),
    v4(172, 16, 0, 12),
    v4(192, 0, 0, 24),
    v4(192, 0, 2, 24),
    v4(192, 88, 99, 24),
    v4(192, 168, 0, 16),
    v4(198, 18, 0, 15),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    v4(224, 0, 0, 4),
    v4(240, 0, 0, 4),
];

/// What of IPv6 is public at all.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// <https://www.iana.org/assignments/iana-ipv6-special-registry>, as far as it lies in 2000::/3.
const SPECIAL_V6: [Ipv6Net; 4] = [v6(0x2001, 0, 23), v6(0x2001, 0xdb8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

/// IPv6 to IPv4 translation (RFC 6052).
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 96);

/// Which addresses may be connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressPolicy {
    named: Vec<IpNet>,
}

impl AddressPolicy {
    /// Public addresses, and these ranges.
    pub fn allowing(named: impl IntoIterator<Item = IpNet>) -> Self {
        Self { named: named.into_iter().collect() }
    }

    /// Whether the hub may connect to `address`.
    pub fn permits(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => self.names(address.into()) || !SPECIAL_V4.iter().any(|net| net.contains(&address)),
            IpAddr::V6(address) if self.names(address.into()) => {
                embedded(address).is_none_or(|inside| self.permits(inside.into()))
            }
            IpAddr::V6(address) => GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address)),
        }
    }

    fn names(&self, address: IpAddr) -> bool {
        self.named.iter().any(|net| net.contains(&address))
    }
}

/// The IPv4 address that a translated one leads to.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, a, b, .., c, d] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match first {
        _ if NAT64.contains(&address) => Some(join(c, d)),
        0x2002 => Some(join(a, b)),
        // the client's address is written inverted (RFC 4380)
        0x2001 if a == 0 => Some(join(!c, !d)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(named: &[&str], permitted: &[&str], refused: &[&str]) {
        let policy = AddressPolicy::allowing(named.iter().map(|net| net.parse().unwrap()));
        for address in permitted {
            assert!(policy.permits(address.parse().unwrap()), "{address} with {named:?}");
        }
        for address in refused {
            assert!(!policy.permits(address.parse().unwrap()), "{address} with {named:?}");
        }
    }

    #[test]
    fn public_addresses_are_permitted_and_special_ones_are_not() {
        check(
            &[],
            &["1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "2a00:1450:4001::1", "2606:4700::1111"],
            &[
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.168.1.1",
                "198.18.0.1",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "100::1",
                "2001:db8::1",
                "3fff::1",
                "5f00::1",
            ],
        );
    }

    #[test]
    fn an_address_inside_an_address_does_not_slip_through() {
        check(
            &[],
            &["::ffff:1.1.1.1"],
            &[
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::8.8.8.8",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2001:0:1234::80ff:fffe",
                "::ffff:0:127.0.0.1",
            ],
        );
    }

    #[test]
    fn a_named_range_is_permitted_and_only_that() {
        check(
            &["127.0.0.0/8", "fd12::/16"],
            &["127.0.0.1", "::ffff:127.0.0.1", "fd12::1"],
            &["10.0.0.1", "::1", "fd13::1"],
        );
        check(&["64:ff9b::/96"], &["64:ff9b::8.8.8.8"], &["64:ff9b::10.0.0.1"]);
        check(&["64:ff9b::/96", "10.0.0.0/8"], &["64:ff9b::10.0.0.1"], &["64:ff9b::127.0.0.1"]);
    }
}
