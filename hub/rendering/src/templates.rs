//! How templates are read, whatever is made of them.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, syntax::SyntaxConfig};

/// No template yet. A value that is missing is an error, a line with nothing but a tag leaves no line behind, and
/// everything but plain text is escaped as HTML.
pub(crate) fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    templates.set_syntax(lines.expect("the usual delimiters"));
    let escape = |name: &str| if name.ends_with(".txt") { AutoEscape::None } else { AutoEscape::Html };
    templates.set_auto_escape_callback(escape);
    templates
}
