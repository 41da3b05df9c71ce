//! What a source file names: every path in its code, resolved inside its crate.
//!
//! It reads tokens, not items, so that paths inside macros count too. Comments, texts and
//! what is under `#[cfg(test)]` do not. A name that is neither imported, nor declared as a
//! module in the file, nor begins with `crate`, `self` or `super` is kept as it is written.

use std::collections::BTreeMap;

use anyhow::anyhow;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path in a file's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The path; from the crate's root where [`Self::inside`] holds.
    pub(super) path: Vec<String>,
    /// Whether the path was resolved to one of the file's own crate.
    pub(super) inside: bool,
    /// Line of its first word, from 1.
    pub(super) line: usize,
}

/// What a source file names.
#[derive(Debug)]
pub(super) struct Source {
    /// Its paths.
    pub(super) references: Vec<Reference>,
    /// Modules that it declares for tests, and that lie in files of their own.
    pub(super) test_modules: Vec<Vec<String>>,
}

impl Source {
    /// Reads a source file that holds `module`.
    pub(super) fn read(source: &str, module: &[String]) -> anyhow::Result<Self> {
        let tokens: TokenStream = source.parse().map_err(|error| anyhow!("{error}"))?;
        let mut reader = Reader::default();
        reader.read(tokens, module);
        Ok(Self {
            references: reader.resolve(),
            test_modules: reader.test_modules,
        })
    }
}

/// A path as it is written, and the module that it is written in.
struct Written {
    path: Vec<String>,
    module: Vec<String>,
    line: usize,
}

/// A name as seen in a module: the module, then the name.
type Name = (Vec<String>, String);

#[derive(Default)]
struct Reader {
    written: Vec<Written>,
    /// What imported names and declared modules stand for, from the crate's root.
    names: BTreeMap<Name, Vec<String>>,
    test_modules: Vec<Vec<String>>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += self.read_one(&tokens[at..], module);
        }
    }

    /// Reads what begins with the first token; returns how many tokens that was.
    fn read_one(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        match tokens {
            [
                TokenTree::Punct(hash),
                TokenTree::Group(attribute),
                rest @ ..,
            ] if hash.as_char() == '#' && is_for_tests(attribute) => {
                self.read_test(rest, module);
                2 + item_length(rest)
            }
            [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] if word == "mod" => {
                self.read_module(&name.to_string(), rest.first(), module)
            }
            [TokenTree::Ident(word), rest @ ..] if word == "use" => {
                let length = rest.iter().take_while(|token| !is(token, ';')).count();
                self.read_use(&rest[..length], &[], module);
                1 + length
            }
            [TokenTree::Ident(first), ..] => {
                let path = path(tokens);
                let length = path.len() + 2 * (path.len() - 1);
                self.write(path, module, first.span().start().line);
                length
            }
            [TokenTree::Group(group), ..] => {
                self.read(group.stream(), module);
                1
            }
            _ => 1,
        }
    }

    /// Notes a module for tests that lies in a file of its own.
    fn read_test(&mut self, item: &[TokenTree], module: &[String]) {
        if let [TokenTree::Ident(word), TokenTree::Ident(name), end, ..] = item
            && word == "mod"
            && is(end, ';')
        {
            self.test_modules
                .push([module, &[name.to_string()]].concat());
        }
    }

    fn read_module(&mut self, name: &str, body: Option<&TokenTree>, module: &[String]) -> usize {
        let inner = [module, &[name.to_owned()]].concat();
        self.names
            .insert((module.to_vec(), name.to_owned()), inner.clone());
        match body {
            Some(TokenTree::Group(body)) => self.read(body.stream(), &inner),
            _ => return 2,
        }
        3
    }

    /// Reads a `use` tree whose beginning is `prefix`.
    fn read_use(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        let own = path(tokens);
        let full = [prefix, &own].concat();
        let after = &tokens[(3 * own.len()).saturating_sub(2).min(tokens.len())..];
        match after {
            [a, b, TokenTree::Group(group)] if is(a, ':') && is(b, ':') => {
                self.read_use_group(group, &full, module);
            }
            [TokenTree::Group(group)] => self.read_use_group(group, &full, module),
            [TokenTree::Ident(word), TokenTree::Ident(alias)] if word == "as" => {
                self.import(full, &alias.to_string(), module, line(tokens));
            }
            _ => self.import_last(full, module, line(tokens)),
        }
    }

    fn read_use_group(&mut self, group: &Group, prefix: &[String], module: &[String]) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        for tree in tokens.split(|token| is(token, ',')) {
            self.read_use(tree, prefix, module);
        }
    }

    /// Imports a path under its own last word; a last `self` means the word before it.
    fn import_last(&mut self, mut path: Vec<String>, module: &[String], line: usize) {
        path.pop_if(|last| last == "self");
        if let Some(name) = path.last().cloned() {
            self.import(path, &name, module, line);
        }
    }

    fn import(&mut self, path: Vec<String>, name: &str, module: &[String], line: usize) {
        if let Some(target) = from_root(&path, module) {
            self.names
                .insert((module.to_vec(), name.to_owned()), target);
        }
        self.write(path, module, line);
    }

    fn write(&mut self, path: Vec<String>, module: &[String], line: usize) {
        self.written.push(Written {
            path,
            module: module.to_vec(),
            line,
        });
    }

    fn resolve(&self) -> Vec<Reference> {
        let resolved = self.written.iter().map(|written| {
            let inside = from_root(&written.path, &written.module)
                .or_else(|| from_name(&self.names, &written.path, &written.module));
            Reference {
                inside: inside.is_some(),
                path: inside.unwrap_or_else(|| written.path.clone()),
                line: written.line,
            }
        });
        resolved.collect()
    }
}

/// Resolves a path that begins with `crate`, `self` or `super`.
fn from_root(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let first = path.first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    let mut rest = path;
    while let Some((word, tail)) = rest.split_first() {
        match word.as_str() {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            _ => break,
        }
        rest = tail;
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// Resolves a path of several words whose first was imported or declared.
fn from_name(
    names: &BTreeMap<Name, Vec<String>>,
    path: &[String],
    module: &[String],
) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let target = names.get(&(module.to_vec(), first.clone()))?;
    Some([target.as_slice(), rest].concat())
}

/// The words of the path that begins with the first token.
fn path(tokens: &[TokenTree]) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Ident(word), tail @ ..] = rest {
        words.push(word.to_string());
        match tail {
            [a, b, next @ ..] if is(a, ':') && is(b, ':') => rest = next,
            _ => break,
        }
    }
    words
}

/// Whether an attribute keeps an item for tests: `cfg(test)`, or `cfg(all(test, …))`.
fn is_for_tests(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    attribute.delimiter() == Delimiter::Bracket
        && (text == "cfg(test)" || text.starts_with("cfg(all(test,"))
}

/// How many tokens the item takes: to the end of its body, or to its semicolon.
fn item_length(tokens: &[TokenTree]) -> usize {
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => is(token, ';'),
    });
    end.map_or(tokens.len(), |end| end + 1)
}

fn is(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn line(tokens: &[TokenTree]) -> usize {
    tokens.first().map_or(0, |token| token.span().start().line)
}

#[cfg(test)]
mod tests {
    use super::Source;

    /// The paths that a file of the module `a::b` names inside its crate.
    fn inside(source: &str) -> Vec<String> {
        let module = ["a".to_owned(), "b".to_owned()];
        let source = Source::read(source, &module).unwrap();
        let inside = source
            .references
            .iter()
            .filter(|reference| reference.inside);
        inside.map(|reference| reference.path.join("::")).collect()
    }

    #[test]
    fn groups_and_aliases_of_a_use_are_taken_apart() {
        assert_eq!(
            inside("use crate::{x::{self, Y}, z as w};"),
            ["x", "x::Y", "z"]
        );
    }

    #[test]
    fn super_and_self_are_relative_to_the_module() {
        assert_eq!(
            inside("use super::c::D; fn f() { self::e::g(); super::super::h() }"),
            ["a::c::D", "a::b::e::g", "h"]
        );
    }

    #[test]
    fn a_path_through_an_imported_module_is_followed() {
        assert_eq!(
            inside("use crate::device; fn f(_: device::gpio::Sim) {}"),
            ["device", "device::gpio::Sim"]
        );
    }

    #[test]
    fn a_path_through_a_declared_module_is_followed() {
        assert_eq!(inside("mod c; fn f() { c::g() }"), ["a::b::c::g"]);
    }

    #[test]
    fn a_path_in_an_inline_module_starts_there() {
        assert_eq!(inside("mod c { use super::d; }"), ["a::b::d"]);
    }

    #[test]
    fn a_path_in_a_macro_counts() {
        assert_eq!(inside("m!(f, crate::x::Y);"), ["x::Y"]);
    }

    #[test]
    fn comments_texts_and_tests_do_not_count() {
        let source = r#"
            //! [`crate::x`]
            #[cfg(test)]
            mod tests { use crate::y; }
            #[cfg(test)]
            use crate::z;
            const TEXT: &str = "crate::w";
        "#;
        assert_eq!(inside(source), [""; 0]);
    }

    #[test]
    fn a_file_of_tests_is_known_by_its_declaration() {
        let source = Source::read("#[cfg(test)] mod tests; mod other;", &["a".to_owned()]);
        assert_eq!(source.unwrap().test_modules, [["a", "tests"]]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let source = Source::read("\nuse crate::x;\n", &[]).unwrap();
        assert_eq!(source.references[0].line, 2);
    }
}
