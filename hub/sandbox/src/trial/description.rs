//! What a component is, as far as it can be told without calling it.

use komunala_domain::CapabilitySet;

use super::digest;
use crate::{Engine, EngineSettings, LoadError, component::LoadedComponent};

/// What a component exports and imports.
#[derive(Debug, Clone)]
pub struct Description {
    /// The interfaces of the contract that it exports.
    pub capabilities: CapabilitySet,
    /// The names of what it imports.
    pub imports: Vec<String>,
}

impl Description {
    /// Loads a component as a hub does, with everything that a hub refuses.
    pub fn of(bytes: &[u8]) -> Result<Self, LoadError> {
        let settings = EngineSettings { concurrent_calls: Some(1), ..EngineSettings::default() };
        let engine =
            Engine::new(settings).map_err(|error| LoadError::Invalid(wasmtime::Error::msg(error.to_string())))?;
        let loaded = LoadedComponent::load(&engine, bytes, digest(bytes), None)?;
        let ty = loaded.pre.component().component_type();
        Ok(Self {
            capabilities: loaded.capabilities,
            imports: ty.imports(engine.inner()).map(|(name, _)| name.to_owned()).collect(),
        })
    }
}
