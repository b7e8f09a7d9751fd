//! Pages of short lists that stand in memory. Their tokens name the query, the caller and the last item; what a forged
//! one would open is what the same caller sees on another page.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{PageRequest, page};

use crate::failure::{Failure, Reason};

/// Cuts a page out of `items`, which are in the order of their keys' first appearance.
pub(super) fn cut<T>(
    items: Vec<T>,
    query: &str,
    request: &PageRequest,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, String), Failure> {
    let start = match request.token.as_str() {
        "" => 0,
        token => {
            let last = open(query, token).ok_or_else(refused)?;
            items.iter().position(|item| key(item) == last).ok_or_else(refused)? + 1
        }
    };
    let limit = match request.size {
        0 => page::DEFAULT_SIZE,
        size => size.min(page::MAX_SIZE),
    };
    let more = items.len() > start + limit as usize;
    let items: Vec<T> = items.into_iter().skip(start).take(limit as usize).collect();
    let next = items.last().filter(|_| more).map(|item| seal(query, &key(item)));
    Ok((items, next.unwrap_or_default()))
}

fn refused() -> Failure {
    Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query")
}

fn seal(query: &str, last: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{query}\0{last}"))
}

fn open(query: &str, token: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(query)?.strip_prefix('\0').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(size: u32, token: &str) -> PageRequest {
        PageRequest { size, token: token.to_owned() }
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let items = vec!["a", "b", "c", "d", "e"];
        let key = |item: &&str| (*item).to_owned();
        let (first, next) = cut(items.clone(), "q", &page(2, ""), key).unwrap();
        assert_eq!(first, ["a", "b"]);
        let (second, next) = cut(items.clone(), "q", &page(2, &next), key).unwrap();
        assert_eq!(second, ["c", "d"]);
        let (third, next) = cut(items, "q", &page(2, &next), key).unwrap();
        assert_eq!((third, next.as_str()), (vec!["e"], ""));
    }

    #[test]
    fn a_token_of_another_query_is_refused() {
        let key = |item: &&str| (*item).to_owned();
        let (_, next) = cut(vec!["a", "b"], "q", &page(1, ""), key).unwrap();
        for (query, token) in [("r", next.as_str()), ("q", "AAAA"), ("q", "!")] {
            let failure = cut(vec!["a", "b"], query, &page(1, token), key).unwrap_err();
            assert_eq!(failure.reason(), Reason::PageTokenInvalid);
        }
    }
}
