//! What a set-up wants to know about a URL. Not a parser of URLs: what browsers repair, nobody
//! should have configured.

/// The parts of `scheme://host:port/rest`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// In lower case.
    pub(super) scheme: String,
    /// In lower case, without the port.
    pub(super) host: String,
    port: Option<&'a str>,
    /// From the path on.
    rest: &'a str,
}

impl<'a> Address<'a> {
    /// `None` where there is no scheme or no host.
    pub(super) fn of(url: &'a str) -> Option<Self> {
        let (scheme, after) = url.split_once("://")?;
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end)?;
        // What stands before an `@` is a user's name, however much it looks like a host.
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (host, Some(port))
            }
            _ => (host, None),
        };
        (!scheme.is_empty() && !host.is_empty()).then(|| Self {
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_ascii_lowercase(),
            port,
            rest,
        })
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether it leads to the machine that opens it (RFC 6761 6.3, RFC 1122 3.2.1.3).
    pub(super) fn is_local(&self) -> bool {
        let host = self.host.as_str();
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || host.parse::<core::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Without what people take for the same: case, the scheme, its port, a slash at the end.
    pub(super) fn folded(&self) -> String {
        let port = self.port.filter(|port| !["", "80", "443"].contains(port)).unwrap_or_default();
        let rest = self.rest.trim_end_matches('/').to_ascii_lowercase();
        format!("{}:{port}{rest}", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(url: &str) -> bool {
        Address::of(url).is_some_and(|address| address.is_local())
    }

    #[test]
    fn the_local_machine_is_told_from_what_looks_like_it() {
        for url in [
            "http://localhost/acs",
            "http://LOCALHOST:3000/acs",
            "http://app.localhost/",
            "http://127.0.0.1:8080/acs",
            "http://127.9.9.9",
            "http://[::1]:3000/acs",
        ] {
            assert!(local(url), "{url}");
        }
        for url in [
            "http://localhost.example/acs",
            "http://localhost@app.example/acs",
            "http://notlocalhost/",
            "http://127.0.0.1.example/",
            "http://app.example/localhost",
            "localhost/acs",
            "http:///localhost",
        ] {
            assert!(!local(url), "{url}");
        }
    }

    #[test]
    fn what_people_take_for_the_same_address_is_folded() {
        let folded = |url| Address::of(url).map(|address| address.folded());
        for url in [
            "https://app.example/acs/",
            "https://APP.example/ACS",
            "https://app.example:443/acs",
            "http://app.example:80/acs",
        ] {
            assert_eq!(folded(url), folded("https://app.example/acs"), "{url}");
        }
        for url in
            ["https://app.example:8443/acs", "https://app.example/acs2", "https://b.example/acs"]
        {
            assert_ne!(folded(url), folded("https://app.example/acs"), "{url}");
        }
    }
}
