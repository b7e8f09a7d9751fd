//! The adapters of `plugins/` and the guests of `tests/guests/` as components, built by this crate's build script.
//!
//! Demo, tests and benches depend on this crate; the hub never does: a hub installs the components it is given. The crate
//! knows where components are, and nothing of what is in them.

use std::path::Path;

/// One component and its manifest.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    /// The name of its folder: `gas`.
    pub name: &'static str,
    path: &'static str,
    manifest: &'static str,
}

impl Component {
    /// The component, a `.wasm` file.
    #[must_use]
    pub fn path(&self) -> &'static Path {
        Path::new(self.path)
    }

    /// Its manifest, `adapter.toml`.
    #[must_use]
    pub fn manifest(&self) -> &'static Path {
        Path::new(self.manifest)
    }
}

static COMPONENTS: &[Component] = &include!(concat!(env!("OUT_DIR"), "/components.rs"));

/// All components, by name.
#[must_use]
pub fn all() -> &'static [Component] {
    COMPONENTS
}

/// The component of a folder, by the folder's name.
///
/// # Panics
///
/// If there is no such folder, naming those there are: the name is a constant of the program that asks.
#[must_use]
pub fn get(name: &str) -> &'static Component {
    COMPONENTS.iter().find(|component| component.name == name).unwrap_or_else(|| {
        let names: Vec<_> = COMPONENTS.iter().map(|component| component.name).collect();
        panic!("there is no component {name:?}; there are {}", names.join(", "))
    })
}

/// The `.wasm` file of a component; panics as [`get`].
#[must_use]
pub fn component(name: &str) -> &'static Path {
    get(name).path()
}

/// The `adapter.toml` of a component; panics as [`get`].
#[must_use]
pub fn manifest(name: &str) -> &'static Path {
    get(name).manifest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_is_there_with_its_manifest() {
        assert!(all().iter().any(|component| component.name == "gas"));
        for component in all() {
            let header = std::fs::read(component.path()).unwrap();
            // A component, and not a core module, by its layer.
            assert_eq!(header[..8], *b"\0asm\x0d\0\x01\0", "{}", component.name);
            assert!(component.manifest().is_file());
        }
    }
}
