//! What may stand in a text: `{{ name }}`, `{{ name | plural(one="…", other="…") }}`, and around words that depend on a
//! value `{% if name %}…{% else %}…{% endif %}`. Nothing that repeats, calculates or reads anything else.

use super::TextFault;

/// A value that a text names, and in which of its lines, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use<'a> {
    pub(super) name: &'a str,
    pub(super) line: usize,
}

/// The paragraphs of a body, each with the line that it begins in: what stands between empty lines.
pub(super) fn paragraphs(body: &str) -> Vec<(usize, &str)> {
    let mut paragraphs: Vec<(usize, &str)> = Vec::new();
    let (mut begin, mut at) = (None, 0);
    for (number, line) in body.split_inclusive('\n').enumerate() {
        match (line.trim().is_empty(), begin) {
            (true, Some((first, from))) => {
                paragraphs.push((first, &body[from..at]));
                begin = None;
            }
            (false, None) => begin = Some((number + 1, at)),
            _ => {}
        }
        at += line.len();
    }
    paragraphs.extend(begin.map(|(first, from)| (first, &body[from..])));
    paragraphs
}

/// The values that a text names; or the line and what is wrong there.
pub(super) fn uses(text: &str) -> Result<Vec<Use<'_>>, (usize, TextFault)> {
    let mut uses = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let line = 1 + text[..text.len() - rest.len() + open].matches('\n').count();
        let behind = &rest[open + 1..];
        let close = match behind.bytes().next() {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => return Err((line, TextFault::Comment)),
            _ => {
                rest = behind;
                continue;
            }
        };
        let inside = &behind[1..];
        let end = inside.find(close).ok_or((line, TextFault::Unclosed(close)))?;
        let (said, after) = (inside[..end].trim(), &inside[end + 2..]);
        let name = if close == "}}" { value(said) } else { condition(said) };
        match name {
            Some(Some(name)) => uses.push(Use { name, line }),
            Some(None) => {}
            None => return Err((line, TextFault::NotInTheGrammar(said.chars().take(60).collect()))),
        }
        rest = after;
    }
    Ok(uses)
}

/// The name in `name` or `name | plural(…)`.
fn value(said: &str) -> Option<Option<&str>> {
    let (name, filter) = match said.split_once('|') {
        None => (said, None),
        Some((name, filter)) => (name.trim(), Some(filter.trim())),
    };
    let forms =
        |filter: &str| filter.strip_prefix("plural(")?.strip_suffix(')').filter(|forms| are_forms(forms)).map(|_| ());
    (is_name(name) && filter.is_none_or(|filter| forms(filter).is_some())).then_some(Some(name))
}

/// The name in `if name` and `if not name`; `else` and `endif` have none.
fn condition(said: &str) -> Option<Option<&str>> {
    let words: Vec<&str> = said.split_whitespace().collect();
    match words[..] {
        ["else" | "endif"] => Some(None),
        ["if", name] | ["if", "not", name] if is_name(name) => Some(Some(name)),
        _ => None,
    }
}

fn is_name(name: &str) -> bool {
    const WORDS_OF_THE_LANGUAGE: [&str; 8] = ["not", "and", "or", "in", "is", "true", "false", "none"];
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    plain && !name.as_bytes()[0].is_ascii_digit() && !WORDS_OF_THE_LANGUAGE.contains(&name)
}

/// `one="minute", other="minutes"`.
fn are_forms(mut forms: &str) -> bool {
    loop {
        let Some((name, rest)) = forms.split_once('=') else { return forms.trim().is_empty() };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let Some((word, rest)) = rest[1..].split_once(quote) else { return false };
        if !is_name(name.trim()) || word.contains('\\') {
            return false;
        }
        forms = match rest.trim_start() {
            "" => return true,
            rest => match rest.strip_prefix(',') {
                Some(rest) => rest.trim_start(),
                None => return false,
            },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(&str, usize)> {
        uses(text).unwrap().into_iter().map(|found| (found.name, found.line)).collect()
    }

    #[test]
    fn values_are_found_with_their_lines() {
        let text = "Hello {{ given_name }},\n{% if code %}type {{code}}{% else %}open{% endif %}\n{ {{ link }} }";
        assert_eq!(named(text), [("given_name", 1), ("code", 2), ("code", 2), ("link", 3)]);
        assert_eq!(named("{{ minutes | plural(one=\"minute\", other='minutes') }}"), [("minutes", 1)]);
        assert_eq!(named("a { b } c"), []);
    }

    #[test]
    fn what_is_more_than_naming_a_value_is_no_part_of_the_grammar() {
        for wrong in [
            "{{ 'x' * 100000 }}",
            "{{ a.b }}",
            "{{ a[0] }}",
            "{{ a ~ a }}",
            "{{ range(9) }}",
            "{{ a | upper }}",
            "{{ a | plural(one=a) }}",
            "{{ a | plural(one='x') | upper }}",
            "{{ not }}",
            "{{ }}",
            "{%- if a -%}x{% endif %}",
            "{% for a in b %}",
            "{% set a = b %}",
            "{% include 'x' %}",
            "{% if a == b %}",
            "{% raw %}",
        ] {
            assert!(matches!(uses(wrong), Err((1, TextFault::NotInTheGrammar(_)))), "{wrong}");
        }
        assert!(matches!(uses("a\n{# b #}"), Err((2, TextFault::Comment))));
        assert!(matches!(uses("a\n\n{{ b"), Err((3, TextFault::Unclosed("}}")))));
        assert!(matches!(uses("{% if b }}"), Err((1, TextFault::Unclosed("%}")))));
    }

    #[test]
    fn paragraphs_stand_between_empty_lines() {
        assert_eq!(paragraphs("a\nb\n\n \nc"), [(1, "a\nb\n"), (5, "c")]);
        assert_eq!(paragraphs("\n\na\n"), [(3, "a\n")]);
        assert_eq!(paragraphs(" \n"), []);
    }
}
