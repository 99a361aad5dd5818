//! Entity IDs of Entra ID with a tenant's GUID in them: the *common* document has a placeholder in
//! that place, and logout messages may have another host around it.

/// What stands for the tenant's GUID.
const PLACEHOLDERS: [&str; 2] = ["{tenantid}", "{tenant}"];

/// Whether an entity ID has a placeholder for the tenant.
pub(super) fn is_template(entity_id: &str) -> bool {
    split(entity_id).is_some()
}

/// Whether `entity_id` is what the template becomes with the GUID of a tenant in it.
pub(super) fn stands_for(template: &str, entity_id: &str) -> bool {
    let Some((before, after)) = split(template) else { return false };
    let tenant = entity_id.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    tenant.is_some_and(is_guid)
}

/// Whether `issuer` is the second name of the tenant that `entity_id` names: logout messages of
/// Entra ID may carry `https://login.microsoftonline.com/<tenant>/`, where everything else carries
/// `https://sts.windows.net/<tenant>/`.
pub(super) fn is_second_name(entity_id: &str, issuer: &str) -> bool {
    let tenant = |text: &str, host: &str| -> Option<String> {
        let tenant = text.strip_prefix(host)?.strip_suffix('/')?;
        is_guid(tenant).then(|| tenant.to_ascii_lowercase())
    };
    let configured = tenant(entity_id, "https://sts.windows.net/");
    configured.is_some() && configured == tenant(issuer, "https://login.microsoftonline.com/")
}

fn split(entity_id: &str) -> Option<(&str, &str)> {
    PLACEHOLDERS.iter().find_map(|placeholder| entity_id.split_once(placeholder))
}

/// Eight, four, four, four and twelve hexadecimal digits. Anything else in that place could smuggle
/// in another host or path.
fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let hexadecimal = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| hexadecimal(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: &str = "https://sts.windows.net/{tenantid}/";

    #[test]
    fn a_template_stands_for_guids_alone() {
        let tenant = "https://sts.windows.net/8bd6e98d-e212-4022-b13f-a244fab4c253/";
        assert!(stands_for(COMMON, tenant));
        assert!(stands_for("https://sts.windows.net/{tenant}/", tenant));
        for other in [
            "https://sts.windows.net//",
            "https://sts.windows.net/{tenantid}/",
            "https://sts.windows.net/8bd6e98d-e212-4022-b13f-a244fab4c253",
            "https://sts.windows.net/8bd6e98d-e212-4022-b13f-a244fab4c25g/",
            "https://sts.windows.net/8bd6e98d-e212-4022-b13f-a244fab4c2530/",
            "https://sts.windows.net/x/8bd6e98d-e212-4022-b13f-a244fab4c253/",
        ] {
            assert!(!stands_for(COMMON, other), "{other}");
        }
        assert!(!stands_for(tenant, tenant));
        assert!(is_template(COMMON) && !is_template(tenant));
    }
    #[test]
    fn the_second_name_is_of_the_same_tenant() {
        let tenant = "8bd6e98d-e212-4022-b13f-a244fab4c253";
        let entity_id = format!("https://sts.windows.net/{tenant}/");
        let second = format!("https://login.microsoftonline.com/{tenant}/");
        assert!(is_second_name(&entity_id, &second));
        assert!(is_second_name(&entity_id, &second.replace("8bd6", "8BD6")));
        for other in [
            entity_id.clone(),
            second.replace("8bd6", "8bd7"),
            second.trim_end_matches('/').to_owned(),
            format!("{second}v2.0"),
            format!("{second}saml2/"),
            second.replace("https", "http"),
            second.replace("microsoftonline.com", "microsoftonline.com.example"),
            "https://login.microsoftonline.com/common/".to_owned(),
            "https://login.microsoftonline.com//".to_owned(),
        ] {
            assert!(!is_second_name(&entity_id, &other), "{other}");
        }
        let common = "https://sts.windows.net/common/";
        assert!(!is_second_name(common, "https://login.microsoftonline.com/common/"));
        assert!(!is_second_name("https://idp.example/", &second));
        assert!(!is_second_name(&second, &entity_id));
    }
}
