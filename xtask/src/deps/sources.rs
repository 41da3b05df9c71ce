//! The sources of the workspace's crates, by module.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::references::Source;
use crate::workspace::Workspace;

/// The sources of one crate.
pub(super) struct Package {
    /// Name of the crate.
    pub(super) name: String,
    /// Its files.
    pub(super) files: Vec<File>,
}

/// One source file.
pub(super) struct File {
    /// Where it is, from the root of the tree.
    pub(super) path: String,
    /// Its module, as a path in its crate.
    pub(super) module: Vec<String>,
    /// What it names, tests left out.
    pub(super) source: Source,
    /// Whether it declares its crate to be without `std`.
    pub(super) no_std: bool,
    /// Whether it implements a device's `Provider`.
    pub(super) provides: bool,
}

impl File {
    /// Reads what a source names.
    pub(super) fn parse(path: &str, inside: &Path, source: &str) -> anyhow::Result<Self> {
        let module = module_of(inside);
        let provides = source.contains("impl Provider for ");
        let no_std = source.lines().any(|line| line.trim() == "#![no_std]");
        let source = Source::read(source, &module).with_context(|| path.to_owned())?;
        Ok(Self {
            path: path.to_owned(),
            module,
            source,
            no_std,
            provides,
        })
    }
}

/// Reads the crates under `crates/` and `xtask`.
pub(super) fn packages(workspace: &Workspace) -> anyhow::Result<Vec<Package>> {
    let mut folders = entries(&workspace.path("crates"))?;
    folders.push(workspace.path("xtask"));
    folders
        .iter()
        .map(|folder| package(workspace, folder))
        .collect()
}

fn package(workspace: &Workspace, folder: &Path) -> anyhow::Result<Package> {
    let name = folder.file_name().context("a crate's folder has a name")?;
    let source = folder.join("src");
    let mut paths = Vec::new();
    collect(&source, &mut paths)?;
    let files = paths.iter().map(|path| file(workspace, &source, path));
    let files = files.collect::<anyhow::Result<_>>()?;
    Ok(Package {
        name: name.to_string_lossy().into_owned(),
        files: without_tests(files),
    })
}

/// Leaves out the files of modules that are declared for tests.
fn without_tests(mut files: Vec<File>) -> Vec<File> {
    let sources = files.iter().map(|file| &file.source);
    let tests: Vec<_> = sources
        .flat_map(|source| source.test_modules.clone())
        .collect();
    files.retain(|file| !tests.iter().any(|test| file.module.starts_with(test)));
    files
}

fn file(workspace: &Workspace, source: &Path, path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let shown = path.strip_prefix(workspace.path(""))?.display().to_string();
    File::parse(&shown, path.strip_prefix(source)?, &text)
}

/// The module that a file holds: `a/b.rs` is `a::b`, `lib.rs` and `main.rs` are the root.
fn module_of(inside: &Path) -> Vec<String> {
    let path = inside.with_extension("");
    let module = path.iter().map(|part| part.to_string_lossy().into_owned());
    let module: Vec<_> = module.collect();
    match module.as_slice() {
        [root] if root == "lib" || root == "main" => Vec::new(),
        _ => module,
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The paths in a folder, sorted.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths: Vec<_> = paths.collect::<std::io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{File, without_tests};

    fn file(inside: &str, source: &str) -> File {
        File::parse(inside, Path::new(inside), source).unwrap()
    }

    #[test]
    fn files_are_modules_by_their_paths() {
        assert_eq!(file("a/b.rs", "").module, ["a", "b"]);
        assert_eq!(file("lib.rs", "").module, [""; 0]);
    }

    #[test]
    fn files_of_tests_are_left_out() {
        let files = vec![
            file("a.rs", "#[cfg(test)]\nmod tests;\nmod b;"),
            file("a/b.rs", ""),
            file("a/tests.rs", ""),
            file("a/tests/more.rs", ""),
        ];
        let left = without_tests(files);
        let left: Vec<_> = left.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(left, ["a.rs", "a/b.rs"]);
    }
}
