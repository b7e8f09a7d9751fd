//! The README shows the table as it is.

use super::table::TABLE;

#[test]
fn the_readme_shows_the_table() {
    let readme = include_str!("../../../README.md");
    let titles: Vec<_> = TABLE.columns.iter().map(|column| format!("{} `{}`", column.title, column.provider)).collect();
    let mut lines =
        vec![format!("| interface | {} |", titles.join(" | ")), format!("|{}", "---|".repeat(titles.len() + 1))];
    for row in &TABLE.rows {
        let cells: Vec<_> = TABLE.columns.iter().map(|column| row.text(&column.provider)).collect();
        let line = format!("| {} | {} |", row.title, cells.join(" | "));
        lines.push(line.replace("  ", " "));
    }
    let table = lines.join("\n");
    assert!(readme.contains(&table), "the README should hold\n\n{table}\n");
}
