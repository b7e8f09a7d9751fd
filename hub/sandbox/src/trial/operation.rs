//! What a component exports of the contract, as somebody who calls it by hand needs to know it.

use wasmtime::component::{Component, Type, types::ComponentItem};

use crate::Engine;

/// The contract's package, as exports are named.
const CONTRACT: &str = "komunala:adapter/";

/// A function of the contract that a component exports.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `invoices.get-invoice`.
    pub name: String,
    /// What it is given, in order.
    pub parameters: Vec<Parameter>,
    pub(super) interface: String,
    pub(super) function: String,
}

/// One argument of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in the contract.
    pub name: String,
    pub(super) ty: Type,
}

/// All of them, in the component's order.
pub(super) fn of(engine: &Engine, component: &Component) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (interface, item) in component.component_type().exports(engine.inner()) {
        let Some(short) = interface.strip_prefix(CONTRACT) else { continue };
        let ComponentItem::ComponentInstance(exported) = item.ty else { continue };
        let short = short.split('@').next().unwrap_or(short);
        for (function, item) in exported.exports(engine.inner()) {
            let ComponentItem::ComponentFunc(ty) = item.ty else { continue };
            operations.push(Operation {
                name: format!("{short}.{function}"),
                parameters: ty.params().map(|(name, ty)| Parameter { name: name.to_owned(), ty }).collect(),
                interface: interface.to_owned(),
                function: function.to_owned(),
            });
        }
    }
    operations
}

impl Parameter {
    /// What the argument must be, in the words of the contract: `record {account, date}`, `string`, `all | issued(…)`.
    pub fn expected(&self) -> String {
        super::json::expected(&self.ty)
    }
}
