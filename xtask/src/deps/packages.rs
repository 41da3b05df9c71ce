//! Arrows between crates, from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::Violation;
use crate::workspace::{Workspace, output};

/// Crates that must not reach others, through any number of crates between.
const NEVER: [(&str, &str); 4] = [
    ("andon-guest", "andon-monitor"),
    ("andon-monitor", "andon-guest"),
    ("andon-monitor", "clap"),
    ("andon-monitor", "clap_builder"),
];

/// The crate that uses no other at all.
const ALONE: &str = "andon-abi";

/// Checks the arrows between the workspace's crates.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Violation>> {
    let json = output(workspace.cargo().args(["metadata", "--format-version=1"]))?;
    let graph = Graph::from_metadata(&json)?;
    for name in NEVER.map(|(from, _)| from).into_iter().chain([ALONE]) {
        ensure!(graph.0.contains_key(name), "there is no crate {name}");
    }
    Ok(graph.violations())
}

/// What each crate uses to be built or at run time; what only its tests use is left out.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn from_metadata(json: &str) -> anyhow::Result<Self> {
        let metadata: Value = serde_json::from_str(json).context("cargo metadata")?;
        let names = names(&metadata)?;
        let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
        for node in array(&metadata["resolve"]["nodes"])? {
            let uses = graph.entry(name(&names, &node["id"])?).or_default();
            for used in array(&node["deps"])? {
                if array(&used["dep_kinds"])?.iter().any(is_more_than_tests) {
                    uses.insert(name(&names, &used["pkg"])?);
                }
            }
        }
        Ok(Self(graph))
    }

    fn violations(&self) -> Vec<Violation> {
        let alone = self.0.get(ALONE).into_iter().flatten();
        let alone = alone.map(|used| violation(ALONE, &[used]));
        let never = NEVER.iter().filter_map(|(from, to)| {
            let way = self.way(from, to)?;
            Some(violation(from, &way))
        });
        alone.chain(never).collect()
    }

    /// The shortest way from one crate to another, without the first.
    fn way<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut ways = vec![vec![from]];
        let mut seen = BTreeSet::from([from]);
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let end = *way.last()?;
                if end == to {
                    return Some(way[1..].to_vec());
                }
                for next in self.0.get(end).into_iter().flatten() {
                    if seen.insert(next) {
                        longer.push([way.as_slice(), &[next.as_str()]].concat());
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

fn violation<S: AsRef<str>>(from: &str, way: &[S]) -> Violation {
    let way: Vec<&str> = way.iter().map(AsRef::as_ref).collect();
    Violation {
        place: format!("crate {from}"),
        what: format!("must not use {}", way.join(" -> ")),
    }
}

fn is_more_than_tests(kind: &Value) -> bool {
    kind["kind"] != "dev"
}

fn names(metadata: &Value) -> anyhow::Result<BTreeMap<String, String>> {
    array(&metadata["packages"])?
        .iter()
        .map(|package| Ok((text(&package["id"])?, text(&package["name"])?)))
        .collect()
}

fn name(names: &BTreeMap<String, String>, id: &Value) -> anyhow::Result<String> {
    let id = text(id)?;
    names
        .get(&id)
        .cloned()
        .with_context(|| format!("cargo metadata has no package {id}"))
}

fn array(value: &Value) -> anyhow::Result<&Vec<Value>> {
    value.as_array().context("cargo metadata lacks a list")
}

fn text(value: &Value) -> anyhow::Result<String> {
    let text = value.as_str().context("cargo metadata lacks a text")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Graph, Violation};

    /// Metadata of crates, each with what it uses and for what ("normal" is null there).
    fn graph(uses: &[(&str, &str, Option<&str>)]) -> Graph {
        let names: std::collections::BTreeSet<_> =
            uses.iter().flat_map(|(from, to, _)| [from, to]).collect();
        let packages: Vec<_> = names
            .iter()
            .map(|name| serde_json::json!({"id": format!("id of {name}"), "name": name}))
            .collect();
        let nodes: Vec<_> = names
            .iter()
            .map(|name| {
                let deps: Vec<_> = uses
                    .iter()
                    .filter(|(from, ..)| from == *name)
                    .map(|(_, to, kind)| {
                        serde_json::json!({
                            "pkg": format!("id of {to}"),
                            "dep_kinds": [{"kind": kind}],
                        })
                    })
                    .collect();
                serde_json::json!({"id": format!("id of {name}"), "deps": deps})
            })
            .collect();
        let metadata = serde_json::json!({"packages": packages, "resolve": {"nodes": nodes}});
        Graph::from_metadata(&metadata.to_string()).unwrap()
    }

    fn violation(place: &str, what: &str) -> Violation {
        Violation {
            place: place.to_owned(),
            what: what.to_owned(),
        }
    }

    #[test]
    fn the_arrows_of_the_design_are_no_violation() {
        let graph = graph(&[
            ("andon-guest", "andon-abi", None),
            ("andon-monitor", "andon-abi", None),
            ("andon-cli", "andon-monitor", None),
            ("andon-cli", "clap", None),
        ]);
        assert_eq!(graph.violations(), []);
    }

    #[test]
    fn the_contract_uses_nothing() {
        let graph = graph(&[("andon-abi", "libc", None)]);
        let expected = violation("crate andon-abi", "must not use libc");
        assert_eq!(graph.violations(), [expected]);
    }

    #[test]
    fn a_way_through_another_crate_counts() {
        let graph = graph(&[
            ("andon-monitor", "between", None),
            ("between", "clap", Some("build")),
        ]);
        let expected = violation("crate andon-monitor", "must not use between -> clap");
        assert_eq!(graph.violations(), [expected]);
    }

    #[test]
    fn what_only_tests_use_does_not_count() {
        let graph = graph(&[("andon-guest", "andon-monitor", Some("dev"))]);
        assert_eq!(graph.violations(), []);
    }
}
