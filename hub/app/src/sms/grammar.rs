//! What customers may write, as a provider's settings say it: patterns with named groups.
//!
//! A text is held against the patterns with its blanks made one each and its letters capital. The machine behind the
//! patterns takes time that grows with the text alone, however a pattern is written.

use regex::{Regex, RegexBuilder};

/// The most patterns of a provider.
const MOST_RULES: usize = 16;
/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 500;
/// What a compiled pattern may take, in bytes.
const COMPILED: usize = 256 * 1024;

/// What a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A reading: groups `value`, or `value_CODE` for each register, and perhaps `point`.
    Reading,
    /// How to write.
    Help,
}

impl Action {
    /// Every action and its word.
    const WORDS: [(Self, &'static str); 2] = [(Self::Reading, "reading"), (Self::Help, "help")];
}

impl std::str::FromStr for Action {
    type Err = GrammarProblem;

    fn from_str(word: &str) -> Result<Self, GrammarProblem> {
        let named = Self::WORDS.iter().find(|(_, name)| *name == word);
        named.map(|(action, _)| *action).ok_or(GrammarProblem::Action)
    }
}

/// A rule as settings write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// `reading` or `help`.
    pub action: String,
    /// The pattern, matched in capitals.
    pub pattern: String,
}

/// What is wrong with a grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrammarProblem {
    /// No such action.
    #[error("the action is `reading` or `help`")]
    Action,
    /// The pattern cannot be read.
    #[error("the pattern cannot be used: {0}")]
    Pattern(String),
    /// The pattern does not hold the whole text.
    #[error("the pattern begins with `^` and ends with `$`: nothing around it is overlooked")]
    Unanchored,
    /// A group that means something is missing, or one that means nothing is there.
    #[error("the pattern {0}")]
    Groups(String),
    /// Too many.
    #[error("there are at most {MOST_RULES} patterns, of {LONGEST_PATTERN} bytes each")]
    TooMany,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// A reading.
    Reading {
        /// The number of the supply point or of the customer, where it stands there.
        point: Option<String>,
        /// The registers' codes, where the pattern names them, and what they show.
        values: Vec<(Option<String>, String)>,
        /// Whether the word stood behind it that confirms what is unusual.
        is_confirmed: bool,
    },
    /// How does one write?
    Help,
}

/// What customers may write.
#[derive(Debug, Clone, Default)]
pub struct Grammar {
    rules: Vec<(Action, Regex)>,
    /// The word that confirms an unusual reading, in capitals.
    pub(super) confirm: Option<String>,
    /// What they are told who wrote otherwise: an example.
    pub(super) example: String,
}

impl Grammar {
    /// Reads a grammar.
    pub fn new(rules: &[RuleText], confirm: Option<&str>, example: &str) -> Result<Self, (usize, GrammarProblem)> {
        if rules.len() > MOST_RULES {
            return Err((MOST_RULES, GrammarProblem::TooMany));
        }
        let read = rules.iter().enumerate().map(|(at, rule)| read(rule).map_err(|problem| (at, problem)));
        let rules = read.collect::<Result<_, _>>()?;
        Ok(Self { rules, confirm: confirm.map(capitals), example: example.to_owned() })
    }

    /// What a text says; nothing where no pattern holds it.
    pub(super) fn read(&self, text: &str) -> Option<Said> {
        let text = capitals(text);
        self.matched(&text, false).or_else(|| {
            let word = self.confirm.as_deref()?;
            let before = text.strip_suffix(word)?.strip_suffix(' ')?;
            self.matched(before, true)
        })
    }

    fn matched(&self, text: &str, is_confirmed: bool) -> Option<Said> {
        self.rules.iter().find_map(|(action, pattern)| {
            let groups = pattern.captures(text)?;
            Some(match action {
                Action::Help => Said::Help,
                Action::Reading => {
                    let point = groups.name("point").map(|point| point.as_str().to_owned());
                    let named = pattern.capture_names().flatten();
                    let values = named.filter_map(|name| {
                        let code = name.strip_prefix("value")?;
                        let value = groups.name(name)?.as_str().replace(',', ".");
                        Some((code.strip_prefix('_').map(str::to_owned), value))
                    });
                    Said::Reading { point, values: values.collect(), is_confirmed }
                }
            })
        })
    }
}

fn read(rule: &RuleText) -> Result<(Action, Regex), GrammarProblem> {
    let action = rule.action.parse()?;
    if rule.pattern.len() > LONGEST_PATTERN {
        return Err(GrammarProblem::TooMany);
    }
    if !rule.pattern.starts_with('^') || !rule.pattern.ends_with('$') || rule.pattern.ends_with("\\$") {
        return Err(GrammarProblem::Unanchored);
    }
    // in capitals already, so letters outside ASCII need no table of their cases
    let mut builder = RegexBuilder::new(&rule.pattern);
    let builder = builder.unicode(false).case_insensitive(true).size_limit(COMPILED).nest_limit(30);
    let pattern = builder.build().map_err(|error| GrammarProblem::Pattern(error.to_string()))?;
    let groups: Vec<_> = pattern.capture_names().flatten().collect();
    let wrong = |problem: &str| Err(GrammarProblem::Groups(problem.to_owned()));
    let is_value = |name: &str| name == "value" || name.starts_with("value_");
    match action {
        Action::Reading if !groups.iter().any(|name| is_value(name)) => wrong("has no group `value`"),
        Action::Reading if groups.iter().any(|name| *name != "point" && !is_value(name)) => {
            wrong("has a group that is neither `point` nor `value`")
        }
        _ => Ok((action, pattern)),
    }
}

/// One blank between words, and capital letters.
fn capitals(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(action: &str, pattern: &str) -> RuleText {
        RuleText { action: action.to_owned(), pattern: pattern.to_owned() }
    }

    fn grammar() -> Grammar {
        let rules = [
            rule("reading", r"^(?<point>\d-?\d{6}) (?:STANJE|СТАЊЕ) (?<value>\d{1,8}(?:[.,]\d{1,3})?)$"),
            rule("reading", r"^(?<point>\d{8}) T1 (?<value_T1>\d{1,7}) T2 (?<value_T2>\d{1,7})$"),
            rule("help", r"^(?:POMOC|POMOČ|HELP)$"),
        ];
        Grammar::new(&rules, Some("da"), "6-123456 STANJE 1234").unwrap()
    }

    fn reading(point: &str, values: &[(Option<&str>, &str)], is_confirmed: bool) -> Option<Said> {
        let values = values.iter().map(|(code, value)| (code.map(str::to_owned), (*value).to_owned())).collect();
        Some(Said::Reading { point: Some(point.to_owned()), values, is_confirmed })
    }

    #[test]
    fn a_text_is_read_in_any_case_and_with_any_blanks() {
        let grammar = grammar();
        for text in ["6-123456 STANJE 1234,5", "  6-123456\tstanje\n1234.5 ", "6-123456 стање 1234,5"] {
            assert_eq!(grammar.read(text), reading("6-123456", &[(None, "1234.5")], false), "{text}");
        }
        assert_eq!(grammar.read("pomoč"), Some(Said::Help));
        for other in
            ["", "6-123456", "6-123456 STANJE", "X 6-123456 STANJE 1", "6-123456 STANJE 1 2", "6-123456 STANJE -1"]
        {
            assert_eq!(grammar.read(other), None, "{other}");
        }
    }

    #[test]
    fn registers_go_by_the_names_of_their_groups() {
        let both = reading("12345678", &[(Some("T1"), "4100"), (Some("T2"), "2540")], false);
        assert_eq!(grammar().read("12345678 t1 4100 t2 2540"), both);
    }

    #[test]
    fn the_word_behind_it_confirms() {
        let grammar = grammar();
        assert_eq!(grammar.read("6-123456 stanje 9 Da"), reading("6-123456", &[(None, "9")], true));
        assert_eq!(grammar.read("da"), None);
        assert_eq!(grammar.read("6-123456 stanje 9da"), None);
    }

    #[test]
    fn a_grammar_that_would_not_work_is_refused_when_it_is_applied() {
        for (action, pattern) in [
            ("dance", "^X$"),
            ("help", "HELP"),
            ("help", r"^HELP\$"),
            ("help", "^(HELP$"),
            ("help", r"^(?:(?:A{100}){100}){100}$"),
            ("reading", r"^(?<point>\d+)$"),
            ("reading", r"^(?<value>\d+) (?<pin>\d+)$"),
        ] {
            let refused = Grammar::new(&[rule("help", "^HELP$"), rule(action, pattern)], None, "");
            assert_eq!(refused.unwrap_err().0, 1, "{action} {pattern}");
        }
    }
}
