//! Lists, page by page to their end.

use super::ClientError;

/// How much a page is asked to have.
pub(super) const PAGE: i32 = 200;

/// Everything that `ask` answers for the token of each page: its rows, and the token of the next one. The first page's
/// token is empty, and so is the one behind the last.
pub(super) async fn all<T>(
    mut ask: impl AsyncFnMut(String) -> Result<(Vec<T>, String), ClientError>,
) -> Result<Vec<T>, ClientError> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let (rows, next) = ask(token).await?;
        all.extend(rows);
        if next.is_empty() {
            return Ok(all);
        }
        token = next;
    }
}
