//! Where the paths in settings begin, and where they may lead.

use std::path::{Component, Path, PathBuf};

use crate::secret::SecretSource;

/// Where the paths in a text of settings begin, and where they may lead.
///
/// A file that lies on the machine was put there by whoever runs the machine, and may name whatever they like. An operator
/// who applies settings from elsewhere may name what is in the folders that the configuration opens to them, so that
/// the operators' token does not open the rest of the machine.
#[derive(Debug, Clone)]
pub struct Paths {
    base: PathBuf,
    /// `None`: anywhere.
    roots: Option<Vec<PathBuf>>,
}

impl Paths {
    /// For a file on the machine: relative to it.
    pub fn of_file(file: impl AsRef<Path>) -> Self {
        Self { base: file.as_ref().parent().map(Path::to_owned).unwrap_or_default(), roots: None }
    }

    /// For what operators apply: relative to the first of these folders, and within one of them.
    pub fn within(roots: Vec<PathBuf>) -> Self {
        Self { base: roots.first().cloned().unwrap_or_default(), roots: Some(roots) }
    }

    /// The whole path, if it may be named.
    pub fn place(&self, path: &Path) -> Result<PathBuf, String> {
        let whole = self.base.join(path);
        let Some(roots) = &self.roots else { return Ok(whole) };
        let climbs = path.components().any(|part| part == Component::ParentDir);
        if climbs || !roots.iter().any(|root| whole.starts_with(root)) {
            return Err(format!("{} is in none of the folders of operator.paths", path.display()));
        }
        Ok(whole)
    }

    /// A secret's source with its whole path, if it may be named. The hub's own variables are no provider's secrets.
    pub fn place_secret(&self, source: &SecretSource) -> Result<SecretSource, String> {
        match source {
            SecretSource::File(path) => self.place(path).map(SecretSource::File),
            SecretSource::Env(name) if self.roots.is_some() && name.starts_with("KOMUNALA_") => {
                Err(format!("the variable {name} configures the hub itself"))
            }
            SecretSource::Env(name) => Ok(SecretSource::Env(name.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_machine_names_what_it_likes() {
        let paths = Paths::of_file("/srv/hub/settings/gas.toml");
        assert_eq!(paths.place(Path::new("secrets/gas")), Ok("/srv/hub/settings/secrets/gas".into()));
        assert_eq!(paths.place(Path::new("/run/secrets/gas")), Ok("/run/secrets/gas".into()));
    }

    #[test]
    fn an_operator_from_elsewhere_names_what_is_in_the_open_folders() {
        let paths = Paths::within(vec!["/srv/hub/settings".into(), "/srv/exchange".into()]);
        assert_eq!(paths.place(Path::new("secrets/gas")), Ok("/srv/hub/settings/secrets/gas".into()));
        assert_eq!(paths.place(Path::new("/srv/exchange/unified")), Ok("/srv/exchange/unified".into()));
        for closed in ["/etc/shadow", "../root.key", "/srv/exchange/../hub/root.key", "/srv/exchange-2/a"] {
            assert!(paths.place(Path::new(closed)).is_err(), "{closed}");
        }
        assert!(paths.place_secret(&SecretSource::Env("KOMUNALA_DATABASE__URL".into())).is_err());
        assert!(paths.place_secret(&SecretSource::Env("GAS_SECRET".into())).is_ok());
    }
}
