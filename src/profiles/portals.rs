//! Where an administrator finds a setting at each identity provider: data, one file each.
//!
//! The paths and names are those of the products' own consoles in English, as of November 2026.
//! `(app)` stands for the application's entry there.

mod ad_fs;
mod entra_id;
mod generic;
mod google;
mod keycloak;
mod okta;

/// A field in the console of an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The way to the page, from the console's front page.
    pub(crate) portal: &'static str,
    /// The name of the field, as the page has it.
    pub(crate) field: &'static str,
    /// What to choose there, where it does not depend on the application.
    pub(crate) value: Option<&'static str>,
}

/// An identity provider by its product: how it is recognised, and where its settings are.
#[derive(Debug)]
pub(crate) struct Portal {
    /// Name of the product.
    pub(crate) title: &'static str,
    /// What to watch for when downloading its metadata; empty where there is nothing.
    pub(crate) metadata_advice: &'static str,
    /// Where users start applications at the identity provider.
    pub(crate) launcher: &'static str,
    /// Beginnings of entity IDs and endpoints.
    begins: &'static [&'static str],
    /// What they hold. Only looked for where they begin with `http`.
    holds: &'static [&'static str],
    /// Where the Reply URL (ACS URL) is entered.
    pub(crate) reply_url: Place,
    /// Where the Identifier (Entity ID) of the application is entered.
    pub(crate) identifier: Place,
    /// Where it is entered that logins begin at the application, if that can be said there.
    pub(crate) sign_on_url: Option<Place>,
    /// Where the metadata and the certificate are downloaded.
    pub(crate) metadata: Place,
    /// Where a new signing certificate is made.
    pub(crate) certificate: Place,
    /// Where the identity provider shows its own entity ID.
    pub(crate) entity_id: Place,
    /// How the assertion is signed.
    pub(crate) sign_assertion: Place,
    /// How the Response is signed.
    pub(crate) sign_response: Place,
    /// How both are signed.
    pub(crate) sign_both: Place,
    /// Where the signature algorithm is chosen.
    pub(crate) algorithm: Place,
    /// Where the NameID is chosen.
    pub(crate) name_id: Place,
    /// Where attributes (claims) are chosen.
    pub(crate) claims: Place,
    /// Where it is chosen which groups are sent.
    pub(crate) groups: Place,
    /// Where users get access to the application.
    pub(crate) users: Place,
    /// Where the encryption of assertions is switched and its certificate uploaded.
    pub(crate) encryption: Place,
    /// Where multifactor authentication is demanded.
    pub(crate) mfa: Place,
    /// Where a sign-in that failed is looked up.
    pub(crate) logs: Place,
}

/// All products; the last one is any other.
static PORTALS: [&Portal; 5] =
    [&entra_id::PORTAL, &ad_fs::PORTAL, &okta::PORTAL, &google::PORTAL, &keycloak::PORTAL];

/// A product that is not known.
pub(crate) static ANY: &Portal = &generic::PORTAL;

impl Portal {
    /// The product that has one of these names: entity IDs and addresses of endpoints.
    pub(crate) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> &'static Portal {
        let by_name = |name: &str| PORTALS.iter().copied().find(|portal| portal.has(name));
        names.into_iter().find_map(by_name).unwrap_or(ANY)
    }

    /// Whether it is a product that is known by name.
    pub(crate) fn is_known(&self) -> bool {
        !(self.begins.is_empty() && self.holds.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.begins.iter().any(|start| name.starts_with(start))
            || (name.starts_with("http") && self.holds.iter().any(|part| name.contains(part)))
    }
}

const fn at(portal: &'static str, field: &'static str) -> Place {
    Place { portal, field, value: None }
}

const fn choose(portal: &'static str, field: &'static str, value: &'static str) -> Place {
    Place { portal, field, value: Some(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_recognised_by_what_they_call_themselves() {
        for (name, title) in [
            ("https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/", "Entra ID"),
            ("https://login.microsoftonline.com/aaaabbbb/saml2", "Entra ID"),
            ("http://adfs.contoso.com/adfs/services/trust", "AD FS"),
            ("http://www.okta.com/exk1fcia6d6EMsf331d8", "Okta"),
            ("https://contoso.okta.com/app/contoso_app_1/exk1/sso/saml", "Okta"),
            ("https://accounts.google.com/o/saml2?idpid=C01abcdef", "Google Workspace"),
            ("https://sso.contoso.com/realms/staff", "Keycloak"),
            ("https://sso.contoso.com/auth/realms/staff", "Keycloak"),
            ("https://idp.example.org/shibboleth", "the identity provider"),
            ("urn:realms/x", "the identity provider"),
            ("https://evil.example/?https://sts.windows.net/", "the identity provider"),
        ] {
            assert_eq!(Portal::of([name]).title, title, "{name}");
        }
    }

    #[test]
    fn the_first_name_that_says_something_decides() {
        let names = ["contoso", "http://www.okta.com/exk1", "https://sts.windows.net/x/"];
        assert_eq!(Portal::of(names).title, "Okta");
    }
}
