//! SVG: a square of white, and one path of all dark modules.

use std::fmt::Write;

use super::{Modules, QUIET};

/// How large it wants to be where nobody says, in pixels per module.
const SCALE: usize = 6;

/// A module is a unit. `title` is what a screen reader says, and what a browser shows under the pointer.
pub(super) fn svg(modules: &Modules, title: &str) -> String {
    let side = modules.size() + 2 * QUIET;
    let wanted = side * SCALE;
    let mut path = String::new();
    for y in 0..modules.size() {
        for (x, length) in modules.runs(y) {
            write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET).expect("a string takes any text");
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wanted}\" height=\"{wanted}\" viewBox=\"0 0 {side} {side}\" \
         role=\"img\" aria-labelledby=\"title\" shape-rendering=\"crispEdges\">\n\
         <title id=\"title\">{}</title>\n\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n\
         <path d=\"{path}\" fill=\"#000\"/>\n\
         </svg>\n",
        escaped(title)
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // XML has no place for most of them
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
