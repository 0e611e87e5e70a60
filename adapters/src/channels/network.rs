use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where programs of people's may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// In the public Internet alone: whoever may name an address must not reach through us what only we can reach.
    #[default]
    Public,
    /// Anywhere: for a platform whose people are trusted with its own network.
    Anywhere,
}

impl Network {
    /// Whether an address may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

/// Whether an address is one of the public Internet, by the registries of special addresses (RFC 6890).
///
/// What an IPv6 address wraps is looked at as what it is: `::ffff:127.0.0.1` is this machine.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(wrapped) => is_public_v4(wrapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // This network; shared by a provider's customers; protocol assignments; relays of 6to4; measurements; reserved.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is given to anybody: loopback, unique local, link-local, multicast and what is translated to IPv4 lie outside.
    let given = a & 0xe000 == 0x2000;
    let special = match (a, b) {
        // Protocol assignments, tunnels among them; documentation; 6to4, which wraps an IPv4 address; documentation.
        (0x2001, 0..0x0200) | (0x2001, 0x0db8) | (0x2002, _) => true,
        (0x3fff, _) => b < 0x1000,
        _ => false,
    };
    given && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn nothing_but_the_public_internet_is_public() {
        let private = [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
        ];
        for address in private {
            assert!(!public(address), "{address}");
        }
        let open = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00::1",
            "3fff:1000::1",
        ];
        for address in open {
            assert!(public(address), "{address}");
        }
        assert!(Network::Anywhere.allows("127.0.0.1".parse().expect("an address")));
        assert!(!Network::default().allows("127.0.0.1".parse().expect("an address")));
    }
}
