//! What happens before the first call.
#![allow(unsafe_code, reason = "the function's name is what the component model's tools look for")]

use crate::{exhaustion, verb::Verb};

/// Run while the component is instantiated: a core module's export of this name becomes part of the component's start.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    match Verb::set() {
        Some(Verb::StartLoop) => exhaustion::spin(),
        Some(Verb::StartSleep) => exhaustion::sleep(),
        Some(Verb::StartMemory) => exhaustion::memory(),
        _ => {}
    }
}
