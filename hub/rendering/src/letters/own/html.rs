//! A paragraph in both forms. Everything in it is escaped as a whole; only then the code and the link that the hub itself
//! put into it become what they look like.

use minijinja::{HtmlEscape, Value, context};

use super::Placeholders;

/// A paragraph of a letter.
pub(in crate::letters) struct Paragraph<'a> {
    /// What it says.
    pub(in crate::letters) text: &'a str,
    /// The values of the letter.
    pub(in crate::letters) named: &'a Placeholders,
    /// The figures of a bill, as text and as HTML.
    pub(in crate::letters) figures: Option<(&'a str, &'a Value)>,
}

impl Paragraph<'_> {
    /// What the templates make of it.
    pub(in crate::letters) fn value(&self) -> Value {
        if let Some((_, figures)) = self.figures.filter(|(text, _)| *text == self.text) {
            return context! { text => self.text, html => figures, is_code => false, is_figures => true };
        }
        let code = self.named.code.as_ref().map(|groups| groups.join(" "));
        context! {
            text => self.text,
            html => Value::from_safe_string(self.html(code.as_deref())),
            is_code => code.as_deref() == Some(self.text),
            is_figures => false,
        }
    }

    fn html(&self, code: Option<&str>) -> String {
        let lines: Vec<String> = self.text.lines().map(|line| escaped(line.trim_end())).collect();
        let mut html = lines.join("<br>\n");
        for link in self.named.links.iter().map(|(_, link)| escaped(link)) {
            let anchor = format!("<a class=\"link\" href=\"{link}\" style=\"color: #0b57d0;\">{link}</a>");
            html = html.replace(&link, &anchor);
        }
        match (code, self.named.code.as_deref()) {
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
