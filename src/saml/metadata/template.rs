//! Entra ID's *common* document: its entityID has a placeholder where a tenant's has a GUID.

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
}
