//! From bytes to something that can be called.
//!
//! In this order: the bytes are the pinned ones → compiled code from the cache, or compiled now → every import is
//! allowed → the contract's version is one the hub speaks → everything that a call needs is looked up once.

mod cache;
mod imports;
mod single_use;

use std::str::FromStr;

use komunala_domain::{Capability, CapabilitySet, Sha256};
use sha2::Digest;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::{Engine, contract::v0_1::Interfaces, store::GuestState};

pub use cache::{CacheError, CodeCache};

/// The largest component that is compiled: a Python one is 22 MB.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The contract this hub speaks: an interface of another version is not it.
const CONTRACT_VERSIONS: &str = "0.1.";

/// Why a component was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Larger than any adapter is.
    #[error("the component has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(usize),
    /// Not the bytes that were agreed on. Nothing of them was looked at.
    #[error("the component's digest is {found}, pinned is {pinned}")]
    WrongDigest {
        /// What the operator pinned.
        pinned: Sha256,
        /// What the bytes have.
        found: Sha256,
    },
    /// No component, or one that uses what the sandbox leaves out (threads, 64-bit memories).
    #[error("the component cannot be compiled: {0:#}")]
    Invalid(wasmtime::Error),
    /// It wants something of the hub that no adapter gets.
    #[error("the component imports {0}, which no adapter may")]
    ForbiddenImport(String),
    /// It was built for a contract that this hub does not speak.
    #[error("the component exports {0}, and this hub speaks {CONTRACT_VERSIONS}x")]
    UnsupportedContract(String),
    /// What it exports under a name of the contract is something else.
    #[error("the component's {} is not the contract's", .0.name())]
    WrongInterface(Capability),
    /// Nobody can be proved to be a customer.
    #[error("the component exports neither {} nor {}", Capability::Customers.name(), Capability::Files.name())]
    NoCustomers,
    /// It does not fit what is linked.
    #[error("the component cannot be linked: {0:#}")]
    Unlinkable(wasmtime::Error),
}

/// A component, ready to be instantiated any number of times.
pub(crate) struct LoadedComponent {
    pub(crate) pre: InstancePre<GuestState>,
    pub(crate) interfaces: Interfaces,
    pub(crate) capabilities: CapabilitySet,
    pub(crate) digest: Sha256,
}

impl LoadedComponent {
    /// Loads `bytes` if they are the pinned ones. Compiling takes as long as it takes: call this where blocking is
    /// allowed.
    pub(crate) fn load(
        engine: &Engine,
        bytes: &[u8],
        pinned: Sha256,
        cache: Option<&CodeCache>,
    ) -> Result<Self, LoadError> {
        if bytes.len() > MAX_BYTES {
            return Err(LoadError::TooLarge(bytes.len()));
        }
        let found = Sha256(sha2::Sha256::digest(bytes).into());
        if found != pinned {
            return Err(LoadError::WrongDigest { pinned, found });
        }
        let component = compile(engine.inner(), bytes, &found, cache)?;
        check_imports(engine.inner(), &component)?;
        let capabilities = capabilities(engine.inner(), &component)?;
        let pre = linker(engine.inner())
            .and_then(|linker| linker.instantiate_pre(&component))
            .map_err(LoadError::Unlinkable)?;
        let interfaces = Interfaces::of(&pre);
        if let Some(wrong) = capabilities.iter().find(|capability| !interfaces.has(*capability)) {
            return Err(LoadError::WrongInterface(wrong));
        }
        Ok(Self { pre, interfaces, capabilities, digest: found })
    }
}

fn compile(
    engine: &wasmtime::Engine,
    bytes: &[u8],
    digest: &Sha256,
    cache: Option<&CodeCache>,
) -> Result<Component, LoadError> {
    if let Some(component) = cache.and_then(|cache| cache.load(engine, digest)) {
        return Ok(component);
    }
    let single_use = single_use::without_post_returns(bytes);
    let component =
        Component::from_binary(engine, single_use.as_deref().unwrap_or(bytes)).map_err(LoadError::Invalid)?;
    if let Some(cache) = cache {
        cache.store(engine, digest, &component);
    }
    Ok(component)
}

fn check_imports(engine: &wasmtime::Engine, component: &Component) -> Result<(), LoadError> {
    match component.component_type().imports(engine).find(|(name, _)| !imports::is_allowed(name)) {
        Some((name, _)) => Err(LoadError::ForbiddenImport(shown(name))),
        None => Ok(()),
    }
}

fn capabilities(engine: &wasmtime::Engine, component: &Component) -> Result<CapabilitySet, LoadError> {
    let ty = component.component_type();
    let mut found = Vec::new();
    for (name, _) in ty.exports(engine) {
        // what else a language's tools export is their business
        let Some(interface) = name.strip_prefix(imports::CONTRACT) else { continue };
        let (interface, version) = interface.split_once('@').unwrap_or((interface, ""));
        let Some(capability) = Capability::ALL.into_iter().find(|known| known.name() == interface) else { continue };
        if !version.starts_with(CONTRACT_VERSIONS) {
            return Err(LoadError::UnsupportedContract(shown(name)));
        }
        found.push(capability);
    }
    let capabilities = CapabilitySet::from_iter(found);
    if capabilities.has(Capability::Customers) || capabilities.has(Capability::Files) {
        Ok(capabilities)
    } else {
        Err(LoadError::NoCustomers)
    }
}

/// Everything of WASI 0.2 and outgoing HTTP. The contract's types need no entry.
fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<GuestState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    Ok(linker)
}

fn shown(name: &str) -> String {
    name.chars().take(120).collect()
}

/// The pin of a component in its written form, with or without `sha256:` before it.
pub fn pin(text: &str) -> Result<Sha256, komunala_domain::document::NotADigest> {
    Sha256::from_str(text.strip_prefix("sha256:").unwrap_or(text))
}
