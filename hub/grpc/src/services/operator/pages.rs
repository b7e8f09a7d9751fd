//! Pages of what stands in memory. A token is the last item's key, unsigned: operators see all of it anyway.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{PageRequest, operator::Standing};

use crate::failure::{Failure, Reason};

/// Cuts a page out of `items`, which are in an order that each has a key in.
pub(super) fn cut<T>(
    items: Vec<T>,
    request: &PageRequest,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, String), Failure> {
    let refused = || Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query");
    let start = match request.token.as_str() {
        "" => 0,
        token => {
            let last = URL_SAFE_NO_PAD.decode(token).map_err(|_| refused())?;
            items.iter().position(|item| key(item).as_bytes() == last).ok_or_else(refused)? + 1
        }
    };
    let limit = request.limit() as usize;
    let more = items.len() > start + limit;
    let items: Vec<T> = items.into_iter().skip(start).take(limit).collect();
    let next = items.last().filter(|_| more).map(|item| URL_SAFE_NO_PAD.encode(key(item)));
    Ok((items, next.unwrap_or_default()))
}

/// The key of a provider in its list.
pub(super) fn provider(standing: &Standing) -> String {
    standing.settings.provider.id.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_to_the_end_and_a_foreign_token_leads_nowhere() {
        let items = vec!["a", "b", "c"];
        let key = |item: &&str| (*item).to_owned();
        let page = |size, token: &str| PageRequest { size, token: token.to_owned() };
        let (first, next) = cut(items.clone(), &page(2, ""), key).unwrap();
        assert_eq!(first, ["a", "b"]);
        let (second, end) = cut(items.clone(), &page(2, &next), key).unwrap();
        assert_eq!((second, end.as_str()), (vec!["c"], ""));
        let failure = cut(items, &page(2, "enp6"), key).unwrap_err();
        assert_eq!(failure.reason(), Reason::PageTokenInvalid);
    }
}
