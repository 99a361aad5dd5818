//! A genuine message, edited in any way, signs in the genuine user or nobody.
//!
//! The first byte chooses the message; every four bytes after it are an edit (`edits`).

use super::edits::edited;
use super::genuine::{IDENTITY, RESPONSES, identity, login};

pub(crate) fn check(data: &[u8]) {
    let [choice, edits @ ..] = data else { return };
    let genuine = &RESPONSES[usize::from(*choice) % RESPONSES.len()];
    let message = edited(genuine, edits);
    if let Some(login) = login(&message, None) {
        let message = String::from_utf8_lossy(&message);
        assert_eq!(identity(&login), *IDENTITY, "by {message}");
    }
}
