//! Is the message addressed to this service provider? (SAML profiles 4.1.4.2, SAML core 3.2.2)
//!
//! Where customers share one Identifier, as Amplitude's do, this check alone keeps them apart:
//! Destination may be unsigned, Recipient is part of the assertion.

use super::{At, Facts, Finding, any_of, no_assertion};
use crate::policy::Policy;
use crate::report::{CheckId, Code};
use crate::saml::assertion::SubjectConfirmation;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let urls = acceptable(facts, policy);
    if let Some(destination) = &facts.response.destination
        && !urls.contains(&destination.as_str())
    {
        return wrong(Code::Destination, destination, &urls, policy)
            .at(At::Message(facts.response.at));
    }
    if facts.assertion.is_none() {
        return no_assertion(CheckId::ReplyUrl);
    }
    let Some(confirmation) = facts.confirmation(policy) else {
        return Finding::skipped(CheckId::ReplyUrl, "there is no bearer confirmation");
    };
    if recipient_fits(confirmation, facts, policy) {
        return match &confirmation.recipient {
            Some(recipient) => Finding::passed(CheckId::ReplyUrl).actual(recipient),
            None => Finding::passed(CheckId::ReplyUrl),
        };
    }
    let at = At::Assertion(confirmation.at);
    match &confirmation.recipient {
        Some(recipient) => wrong(Code::Recipient, recipient, &urls, policy).at(at),
        None => Finding::failed(CheckId::ReplyUrl, Code::Recipient)
            .expected(any_of(&urls))
            .actual("a SubjectConfirmationData without Recipient")
            .at(at)
            .hint(
                "Without a Recipient the assertion could be presented anywhere. Have the identity \
                 provider set it to the Reply URL.",
            ),
    }
}

/// The URL that the message arrived at, where the caller says so; else all of them.
fn acceptable<'a>(facts: &'a Facts<'_>, policy: &'a Policy) -> Vec<&'a str> {
    match &facts.context.reply_url {
        Some(url) => vec![url.as_str()],
        None => policy.reply_urls.iter().map(String::as_str).collect(),
    }
}

pub(super) fn recipient_fits(
    confirmation: &SubjectConfirmation,
    facts: &Facts<'_>,
    policy: &Policy,
) -> bool {
    let recipient = confirmation.recipient.as_deref();
    recipient.is_some_and(|recipient| acceptable(facts, policy).contains(&recipient))
}

fn wrong(code: Code, actual: &str, urls: &[&str], policy: &Policy) -> Finding {
    Finding::failed(CheckId::ReplyUrl, code)
        .expected(any_of(urls))
        .actual(actual)
        .hint(hint(actual, urls, policy))
}

fn hint(actual: &str, urls: &[&str], policy: &Policy) -> String {
    let difference = urls.iter().find_map(|url| difference(actual, url));
    let first = match difference {
        Some(difference) => format!("The two differ by {difference} alone. "),
        None if policy.profile.id != "generic" && policy.profile.fits_reply_url(actual) => {
            "The message is for another customer or instance of the application. ".to_owned()
        }
        None => String::new(),
    };
    format!("{first}{}", policy.profile.reply_url_hint)
}

/// What tells two URLs apart that an administrator takes for the same.
pub(super) fn difference(actual: &str, expected: &str) -> Option<&'static str> {
    let scheme = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_owned());
    let slash = |url: &str| url.trim_end_matches('/').to_owned();
    let query = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    if actual.eq_ignore_ascii_case(expected) {
        Some("upper and lower case")
    } else if slash(actual) == slash(expected) {
        Some("the slash at the end")
    } else if scheme(actual).is_some() && scheme(actual) == scheme(expected) {
        Some("http and https (is there a proxy in front of the application?)")
    } else if query(actual) == query(expected) {
        Some("the query")
    } else if without_port(actual) == without_port(expected) {
        Some("the port")
    } else {
        None
    }
}

fn without_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) =
        rest.find('/').and_then(|slash| rest.split_at_checked(slash)).unwrap_or((rest, ""));
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn near_misses_are_named() {
        let url = "https://sp.example/acs";
        assert_eq!(difference("https://sp.example/acs/", url), Some("the slash at the end"));
        assert_eq!(difference("https://sp.example/ACS", url), Some("upper and lower case"));
        assert_eq!(difference("https://sp.example:8443/acs", url), Some("the port"));
        assert_eq!(difference("https://sp.example/acs?x=1", url), Some("the query"));
        assert!(
            difference("http://sp.example/acs", url).is_some_and(|text| text.contains("proxy"))
        );
        assert_eq!(difference("https://other.example/acs", url), None);
    }
}
