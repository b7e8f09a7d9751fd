//! A paragraph in both forms. Everything in it is escaped as a whole; only then the code and the link that the hub itself
//! put into it become what they look like.

use minijinja::{HtmlEscape, Value, context};

/// A paragraph of a letter.
pub(in crate::letters) struct Paragraph<'a> {
    /// What it says.
    pub(in crate::letters) text: &'a str,
    /// The code of the letter, in groups.
    pub(in crate::letters) code: Option<&'a [String]>,
    /// The link of the letter.
    pub(in crate::letters) link: Option<&'a str>,
}

impl Paragraph<'_> {
    /// What the templates make of it.
    pub(in crate::letters) fn value(&self) -> Value {
        let code = self.code.map(|groups| groups.join(" "));
        context! {
            text => self.text,
            html => Value::from_safe_string(self.html(code.as_deref())),
            is_code => code.as_deref() == Some(self.text),
        }
    }

    fn html(&self, code: Option<&str>) -> String {
        let lines: Vec<String> = self.text.lines().map(|line| escaped(line.trim_end())).collect();
        let mut html = lines.join("<br>\n");
        if let Some(link) = self.link.map(escaped) {
            let anchor = format!("<a class=\"link\" href=\"{link}\" style=\"color: #0b57d0;\">{link}</a>");
            html = html.replace(&link, &anchor);
        }
        match (code, self.code) {
            (Some(code), Some(groups)) => html.replace(code, &spread(groups)),
            _ => html,
        }
    }
}

fn escaped(text: &str) -> String {
    HtmlEscape(text).to_string()
}

/// Groups that stand apart and are copied as one word.
fn spread(groups: &[String]) -> String {
    let group = |(at, group): (usize, &String)| {
        let apart = if at > 0 { "padding-left: 0.5em; " } else { "" };
        format!("<span style=\"{apart}letter-spacing: 0.1em;\">{}</span>", escaped(group))
    };
    groups.iter().enumerate().map(group).collect()
}
