//! The pages of portals that links in mails lead to.

/// The pages of a portal that links in mails lead to; a mail whose page is missing holds a code alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// Gives the token to VerifyEmail.
    pub verify_email: Option<PageAddress>,
    /// Asks for a password and gives both to ResetPassword.
    pub reset_password: Option<PageAddress>,
    /// Gives the token to ConfirmEmailChange.
    pub confirm_email_change: Option<PageAddress>,
}

/// Why a text is no address of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address such as https://portal.example/confirm?token={{token}}, of at most 1000 bytes")]
pub struct NotAPage;

/// A page's address, with a place for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress {
    before: String,
    after: String,
}

impl PageAddress {
    /// The link to the page with this token, which is of letters, digits, `-` and `_`.
    pub fn with(&self, token: &str) -> String {
        format!("{}{token}{}", self.before, self.after)
    }
}

impl std::str::FromStr for PageAddress {
    type Err = NotAPage;

    fn from_str(text: &str) -> Result<Self, NotAPage> {
        let (before, after) = text.split_once("{token}").ok_or(NotAPage)?;
        let place = before.strip_prefix("https://").or_else(|| before.strip_prefix("http://")).ok_or(NotAPage)?;
        // the token belongs to the page, never to the name of a host
        let has_path = place.find('/').is_some_and(|slash| slash > 0);
        let plain = text.len() <= 1000 && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !has_path || !plain || after.contains("{token}") {
            return Err(NotAPage);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_where_the_address_has_a_place_for_it() {
        let page: PageAddress = "https://portal.example/confirm?token={token}&lang=sr".parse().unwrap();
        assert_eq!(page.with("abc-_1"), "https://portal.example/confirm?token=abc-_1&lang=sr");
    }

    #[test]
    fn what_leads_nowhere_or_gives_the_token_to_a_name_server_is_no_page() {
        for wrong in [
            "https://portal.example/confirm",
            "https://{token}.portal.example/",
            "https:///{token}",
            "portal.example/{token}",
            "javascript:alert('{token}')",
            "https://portal.example/{token}/{token}",
            "https://portal.example/a b{token}",
        ] {
            assert_eq!(wrong.parse::<PageAddress>(), Err(NotAPage), "{wrong}");
        }
    }
}
