//! Checks that the pages under `docs/abi` say what the source of `andon-abi` says.
//!
//! Each hypercall number and each status needs a table row with its name, and each layout
//! a section headed with its name and a row for each field at its offset.

use anyhow::{Context, ensure};

use crate::workspace::Workspace;

/// What the pages lack.
pub(crate) fn missing(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let source = joined(workspace, "crates/andon-abi/src", "rs")?;
    let pages = joined(workspace, "docs/abi", "md")?;
    let rows = rows(&source);
    ensure!(
        !rows.is_empty(),
        "found nothing of the contract in its source"
    );
    let missing = rows.iter().filter(|row| !row.is_in(&pages));
    Ok(missing.map(ToString::to_string).collect())
}

/// The texts of a folder's files, one after another.
fn joined(workspace: &Workspace, folder: &str, extension: &str) -> anyhow::Result<String> {
    let entries = std::fs::read_dir(workspace.path(folder)).context(folder.to_owned())?;
    let mut text = String::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            text += &std::fs::read_to_string(&path)?;
        }
    }
    Ok(text)
}

/// A row that the pages must have: a number and its name.
struct Row {
    /// The layout that the row is of; none for a hypercall or a status.
    layout: Option<String>,
    number: String,
    name: String,
}

impl Row {
    fn is_in(&self, pages: &str) -> bool {
        let start = format!("| {} | `{}` |", self.number, self.name);
        match &self.layout {
            None => pages.lines().any(|line| line.starts_with(&start)),
            Some(layout) => sections(pages)
                .filter(|(heading, _)| heading.contains(&format!("`{layout}`")))
                .any(|(_, body)| body.lines().any(|line| line.starts_with(&start))),
        }
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            layout,
            number,
            name,
        } = self;
        write!(f, "| {number} | `{name}` |")?;
        match layout {
            Some(layout) => write!(f, " in a section `{layout}`"),
            None => Ok(()),
        }
    }
}

/// Each heading with what follows it.
fn sections(pages: &str) -> impl Iterator<Item = (&str, &str)> {
    pages
        .split("\n#")
        .filter_map(|section| section.split_once('\n'))
}

/// The rows that a source asks for.
fn rows(source: &str) -> Vec<Row> {
    let mut layout = None;
    let mut rows = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(name) = layout_name(line) {
            layout = Some(name.to_owned());
        } else if line == "}" {
            layout = None;
        }
        rows.extend(call(line));
        rows.extend(status(line));
        rows.extend(layout.as_deref().and_then(|layout| field(layout, line)));
    }
    rows
}

/// `pub const GPIO_GET: u16 = 64;`, but not the bounds of the numbers.
fn call(line: &str) -> Option<Row> {
    let (name, number) = line.strip_prefix("pub const ")?.split_once(": u16 = ")?;
    let number = number.strip_suffix(';')?;
    let is_call = number.parse::<u16>().is_ok() && !name.starts_with("ANDON_");
    is_call.then(|| row(None, number, name))
}

/// `Busy = 3, "busy";`
fn status(line: &str) -> Option<Row> {
    let (declared, text) = line.strip_suffix("\";")?.split_once(", \"")?;
    let (_, number) = declared.split_once(" = ")?;
    Some(row(None, number, text))
}

/// `pub struct Lines [32] {`
fn layout_name(line: &str) -> Option<&str> {
    let (name, size) = line.strip_prefix("pub struct ")?.split_once(" [")?;
    size.ends_with("] {").then_some(name)
}

/// `8 => mask: u64,`
fn field(layout: &str, line: &str) -> Option<Row> {
    let (offset, field) = line.split_once(" => ")?;
    let (name, _) = field.split_once(": ")?;
    let is_field = offset.parse::<u64>().is_ok();
    is_field.then(|| row(Some(layout), offset, name))
}

fn row(layout: Option<&str>, number: &str, name: &str) -> Row {
    Row {
        layout: layout.map(str::to_owned),
        number: number.to_owned(),
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    fn shown(source: &str) -> Vec<String> {
        rows(source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn calls_statuses_and_fields_are_rows() {
        assert_eq!(
            shown("pub const GPIO_SET: u16 = 65;\npub const ANDON_END: u16 = 66;"),
            ["| 65 | `GPIO_SET` |"]
        );
        assert_eq!(shown("Busy = 3, \"busy\";"), ["| 3 | `busy` |"]);
        assert_eq!(
            shown("pub struct Lines [32] {\n8 => mask: u64,\n}\n9 => no: u64,"),
            ["| 8 | `mask` | in a section `Lines`"]
        );
    }

    #[test]
    fn a_field_counts_only_in_its_own_section() {
        let row = &rows("pub struct Lines [32] {\n8 => mask: u64,\n}")[0];
        assert!(row.is_in("\n## `Lines`\n| 8 | `mask` | which |\n"));
        assert!(!row.is_in("\n## `Other`\n| 8 | `mask` | which |\n"));
    }
}
