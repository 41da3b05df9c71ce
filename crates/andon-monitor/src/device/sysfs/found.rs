//! Which of several resources an operator means.

use std::fmt::Display;

use crate::device::class::ResourceError;

/// The one of `present` that is called `wanted`: by the first of the ways of naming in which
/// any is called so.
pub(in crate::device) fn find<T: Display>(
    kind: &'static str,
    wanted: &str,
    mut present: Vec<T>,
    ways: &[fn(&T, &str) -> bool],
) -> Result<T, ResourceError> {
    let matching = |way: &fn(&T, &str) -> bool| -> Vec<usize> {
        let called = present.iter().enumerate();
        let called = called.filter(|(_, item)| way(item, wanted));
        called.map(|(at, _)| at).collect()
    };
    let matches = ways.iter().map(matching).find(|found| !found.is_empty());
    match matches.unwrap_or_default()[..] {
        [at] => Ok(present.swap_remove(at)),
        [] => Err(ResourceError::Absent {
            kind,
            name: wanted.to_owned(),
            present: present.iter().map(T::to_string).collect(),
        }),
        ref several => Err(ResourceError::Ambiguous {
            name: wanted.to_owned(),
            matches: several.iter().map(|&at| present[at].to_string()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    const WAYS: &[fn(&&str, &str) -> bool] = &[
        |item, name| *item == name,
        |item, name| item.starts_with(name),
    ];

    fn found(wanted: &str) -> Result<&'static str, String> {
        let present = vec!["fan", "fan1", "fan2"];
        find("fan", wanted, present, WAYS).map_err(|error| error.to_string())
    }

    #[test]
    fn an_earlier_way_of_naming_wins() {
        assert_eq!(found("fan"), Ok("fan"));
        assert_eq!(found("fan2"), Ok("fan2"));
    }

    #[test]
    fn a_name_of_several_is_refused() {
        let expected = "`fa` is the name of several: fan, fan1, fan2";
        assert_eq!(found("fa"), Err(expected.into()));
    }

    #[test]
    fn a_name_of_none_is_refused_with_what_there_is() {
        let expected = "there is no fan `cpu`, there is fan, fan1, fan2";
        assert_eq!(found("cpu"), Err(expected.into()));
    }
}
