//! Somebody who follows a link: the token in its path, and the language that the page is to be in.

use axum::{
    extract::{FromRequestParts, Path, RawQuery, rejection::PathRejection},
    response::Response,
};
use http::{StatusCode, request::Parts};
use komunala_app::{
    Hub,
    ports::pay_pages::{Over, PayPage},
};
use komunala_domain::Language;

use super::Site;
use crate::reader::{self, Fields};

/// A link that is followed: what every handler of a path with a token takes.
pub(super) struct Visit {
    pub(super) token: String,
    site: Site,
    query: String,
    preferred: Option<Language>,
}

impl Visit {
    pub(super) fn hub(&self) -> &Hub {
        self.site.hub()
    }

    /// What stands behind the question mark.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields::of(self.query.as_bytes())
    }

    /// What the reader chose, else the language of the link, else what the browser prefers.
    pub(super) fn language(&self) -> Language {
        let of_link = || self.hub().language_of_link(&self.token);
        self.fields().language().or_else(of_link).or(self.preferred).unwrap_or(Language::English)
    }

    /// What the link leads to, with the one place outside of the hub that its form may go to.
    pub(super) fn page(&self, page: &PayPage, form_target: Option<&str>) -> Response {
        self.site.page(StatusCode::OK, self.language(), page, form_target)
    }

    /// The page for a link that leads to nothing that can be paid.
    ///
    /// Where it is nobody's business why, the link itself does not even decide on the language.
    pub(super) fn over(&self, over: Over) -> Response {
        let language = match over {
            Over::Unknown => self.fields().language().or(self.preferred).unwrap_or(Language::English),
            _ => self.language(),
        };
        self.site.over(over, language)
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = PathRejection;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, PathRejection> {
        let Path(token) = Path::from_request_parts(parts, site).await?;
        let Ok(RawQuery(query)) = RawQuery::from_request_parts(parts, site).await;
        let (query, preferred) = (query.unwrap_or_default(), reader::preferred(&parts.headers));
        Ok(Self { token, site: site.clone(), query, preferred })
    }
}
