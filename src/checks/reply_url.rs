//! Is the message addressed to this service provider? (SAML profiles 4.1.4.2, SAML core 3.2.2)
//!
//! Where customers share one Identifier, as Amplitude's do, this check alone keeps them apart:
//! Destination may be unsigned, Recipient is part of the assertion.

use super::{At, Facts, Finding, any_of, no_assertion, remedy};
use crate::policy::Policy;
use crate::report::{CheckId, Code, Hint};
use crate::saml::assertion::SubjectConfirmation;

pub(super) fn check(facts: &Facts<'_>, policy: &Policy) -> Finding {
    let urls = acceptable(facts, policy);
    if let Some(destination) = &facts.response.destination
        && !urls.contains(&destination.as_str())
    {
        return wrong(Code::Destination, destination, &urls, facts, policy)
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
        Some(recipient) => wrong(Code::Recipient, recipient, &urls, facts, policy).at(at),
        None => Finding::failed(CheckId::ReplyUrl, Code::Recipient)
            .expected(any_of(&urls))
            .actual("a SubjectConfirmationData without Recipient")
            .at(at)
            .hint(
                "Without a Recipient the assertion could be presented anywhere. Have the identity \
                 provider set it to the Reply URL.",
            )
            .remedy(remedy(&urls, facts)),
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

fn wrong(code: Code, actual: &str, urls: &[&str], facts: &Facts<'_>, policy: &Policy) -> Finding {
    let finding = Finding::failed(CheckId::ReplyUrl, code).expected(any_of(urls)).actual(actual);
    // Behind a proxy that ends TLS an application takes its own address for http: the mistake is
    // on this side, and the identity provider's URL is the right one.
    if urls.iter().all(|url| url.starts_with("http://")) && actual.starts_with("https://") {
        let same = urls.iter().any(|url| after_scheme(url) == after_scheme(actual));
        let url =
            any_of(&urls.iter().map(|url| url.replacen("http:", "https:", 1)).collect::<Vec<_>>());
        if same {
            return finding.hint(format!(
                "The two differ by http and https alone: there is a proxy in front of the \
                 application. Set the option replyUrls to {url}, the address that browsers see, \
                 not the one behind the proxy."
            ));
        }
    }
    finding.hint(hint(actual, urls, policy)).remedy(remedy(urls, facts))
}

/// The Reply URL, to be entered at the identity provider.
fn remedy(urls: &[&str], facts: &Facts<'_>) -> Hint {
    let portal = facts.portal();
    remedy::enter(portal, portal.reply_url, &any_of(urls))
}

fn hint(actual: &str, urls: &[&str], policy: &Policy) -> String {
    let others = policy.reply_urls.iter().any(|url| url == actual);
    let difference = urls.iter().find_map(|url| difference(actual, url));
    let first = match difference {
        _ if others => {
            "The message is for another Reply URL of this application than the one it arrived at, \
             which is the option replyUrl of this call."
                .to_owned()
        }
        Some(difference) => format!("The two differ by {difference} alone."),
        None if policy.profile.id != "generic" && policy.profile.fits_reply_url(actual) => {
            "The message is for another customer or instance of the application.".to_owned()
        }
        None => "The message is for another address than this application's.".to_owned(),
    };
    // Only a near miss can be this application's own address: another one must not be added.
    let end = difference.map_or("", |_| {
        "Both sides need the same text, to the letter. If the message has the right one, set \
         replyUrls to it; if not, change it at the identity provider."
    });
    let texts = [first.as_str(), policy.profile.reply_url_place(), end];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What tells two URLs apart that an administrator takes for the same.
pub(super) fn difference(actual: &str, expected: &str) -> Option<&'static str> {
    let slash = |url: &str| url.trim_end_matches('/').to_owned();
    let query = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    if actual.eq_ignore_ascii_case(expected) {
        Some("upper and lower case")
    } else if slash(actual) == slash(expected) {
        Some("the slash at the end")
    } else if after_scheme(actual).is_some() && after_scheme(actual) == after_scheme(expected) {
        Some("http and https (is there a proxy in front of the application?)")
    } else if query(actual) == query(expected) {
        Some("the query")
    } else if without_port(actual) == without_port(expected) {
        Some("the port")
    } else {
        None
    }
}

fn after_scheme(url: &str) -> Option<&str> {
    url.split_once("://").map(|(_, rest)| rest)
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
