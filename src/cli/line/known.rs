//! The options that exist, and how their names may be written.

use clap::ArgAction;

use super::LineError;

/// An option that exists.
pub(super) struct Known<'a> {
    pub(super) id: &'a str,
    /// Its first long name, in which it is handed on.
    pub(super) name: &'a str,
    longs: Vec<&'a str>,
    shorts: Vec<char>,
    pub(super) takes: Takes,
}

/// What stands after an option's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Value,
    /// A value, but none where the line ends.
    Perhaps,
}

/// All options of a command.
pub(super) struct Options<'a>(Vec<Known<'a>>);

impl<'a> Options<'a> {
    /// Those that clap was told of.
    pub(super) fn of(command: &'a clap::Command) -> Self {
        let known = command.get_arguments().filter_map(|arg| {
            let name = arg.get_long()?;
            let mut longs = vec![name];
            longs.extend(arg.get_all_aliases().unwrap_or_default());
            let optional = arg.get_num_args().is_some_and(|range| range.min_values() == 0);
            let takes = match arg.get_action() {
                ArgAction::Set | ArgAction::Append if optional => Takes::Perhaps,
                ArgAction::Set | ArgAction::Append => Takes::Value,
                _ => Takes::Nothing,
            };
            let shorts = arg.get_short_and_visible_aliases().unwrap_or_default();
            Some(Known { id: arg.get_id().as_str(), name, longs, shorts, takes })
        });
        // clap adds this one late.
        let version = Known {
            id: "version",
            name: "version",
            longs: vec!["version"],
            shorts: vec!['V'],
            takes: Takes::Nothing,
        };
        Self(known.chain([version]).collect())
    }

    /// The option of this letter.
    pub(super) fn short(&self, letter: char) -> Option<&Known<'a>> {
        self.0.iter().find(|known| known.shorts.contains(&letter))
    }

    /// The option of a long name without its dashes, and whether it is switched on rather than off.
    pub(super) fn long(&self, name: &str) -> Result<Option<(&Known<'a>, bool)>, LineError> {
        if let Some(found) = self.find(name)? {
            return Ok(Some((found, true)));
        }
        Ok(self.negated(name)?.map(|found| (found, false)))
    }

    /// The option of this name, in any case of letters, or cut short where that leaves no doubt.
    fn find(&self, name: &str) -> Result<Option<&Known<'a>>, LineError> {
        let name = name.to_ascii_lowercase();
        let mut begun = Vec::new();
        for known in &self.0 {
            if known.longs.contains(&name.as_str()) {
                return Ok(Some(known));
            }
            if !name.is_empty() && known.longs.iter().any(|long| long.starts_with(&name)) {
                begun.push(known);
            }
        }
        match begun.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(LineError::Ambiguous(format!("--{name}"))),
        }
    }

    /// The switch that `--no-NAME` turns off, or that `--NAME` does where its own name begins with
    /// `no-`.
    fn negated(&self, name: &str) -> Result<Option<&Known<'a>>, LineError> {
        let found = match name.strip_prefix("no-") {
            Some(positive) => self.find(positive)?,
            None => self.find(&format!("no-{name}"))?,
        };
        match found.map(|known| known.takes) {
            Some(Takes::Nothing) | None => Ok(found),
            Some(_) => Err(LineError::NotBoolean(format!("--{name}"))),
        }
    }
}
