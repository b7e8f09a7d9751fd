//! Components of which every instance answers one call.
//!
//! When an answer is taken out of a guest, a function of the guest gives its memory back, text by text (`post-return` in
//! the component model's canonical ABI). An instance that answers no second call has no use for it, and a page of 24 bills
//! has 700 pieces: without it a call costs what it does in bare wasmtime, all checks included.

use std::convert::Infallible;

use wasm_encoder::{
    CanonicalFunctionSection, RawSection,
    reencode::{Error, Reencode, ReencodeComponent, component_utils},
};
use wasmparser::{CanonicalFunction, CanonicalOption, Encoding, Parser, Payload};

/// The component without what it does after a call, everything else byte for byte. None for bytes that are no component:
/// whoever compiles them says better what is wrong with them.
pub(super) fn without_post_returns(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut written = wasm_encoder::Component::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => return None,
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.checked_sub(1)?,
            // a part of a module or a component within, which was taken over as a whole
            _ if depth > 1 => {}
            Payload::ComponentCanonicalSection(section) => {
                let mut functions = CanonicalFunctionSection::new();
                SingleUse.parse_component_canonical_section(&mut functions, section).ok()?;
                written.section(&functions);
            }
            other => {
                let (id, range) = other.as_section()?;
                written.section(&RawSection { id, data: bytes.get(range)? });
            }
        }
    }
    Some(written.finish())
}

struct SingleUse;

impl Reencode for SingleUse {
    type Error = Infallible;
}

impl ReencodeComponent for SingleUse {
    fn parse_component_canonical(
        &mut self,
        section: &mut CanonicalFunctionSection,
        function: CanonicalFunction,
    ) -> Result<(), Error<Infallible>> {
        let function = match function {
            CanonicalFunction::Lift { core_func_index, type_index, options } => {
                let stays = |option: &CanonicalOption| !matches!(option, CanonicalOption::PostReturn(_));
                let options = options.iter().copied().filter(stays).collect();
                CanonicalFunction::Lift { core_func_index, type_index, options }
            }
            other => other,
        };
        component_utils::parse_component_canonical(self, section, function)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gas() -> Vec<u8> {
        std::fs::read(komunala_components::component("gas")).unwrap()
    }

    fn post_returns(component: &[u8]) -> usize {
        let returns = |option: &CanonicalOption| matches!(option, CanonicalOption::PostReturn(_));
        let lifted = |payload| match payload {
            Payload::ComponentCanonicalSection(section) => section.into_iter().map(Result::unwrap).collect(),
            _ => Vec::new(),
        };
        let functions = Parser::new(0).parse_all(component).flat_map(|payload| lifted(payload.unwrap()));
        let options = functions.flat_map(|function| match function {
            CanonicalFunction::Lift { options, .. } => options.into_vec(),
            _ => Vec::new(),
        });
        options.filter(returns).count()
    }

    #[test]
    fn nothing_is_done_after_a_call_and_the_rest_stays() {
        let gas = gas();
        let single_use = without_post_returns(&gas).unwrap();
        assert!(post_returns(&gas) > 10);
        assert_eq!(post_returns(&single_use), 0);
        assert_eq!(without_post_returns(&single_use).as_deref(), Some(&*single_use));
        // a byte for the option and one or two for the function's index, and nothing else
        assert!((gas.len() - single_use.len()) < 4 * post_returns(&gas));
    }

    #[test]
    fn what_is_no_component_is_left_to_the_compiler() {
        assert_eq!(without_post_returns(b""), None);
        assert_eq!(without_post_returns(b"\0asm\x01\0\0\0"), None);
        let gas = gas();
        assert_eq!(without_post_returns(&gas[..gas.len() / 2]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn damaged_components_do_no_harm(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut gas = gas();
            let at = at.index(gas.len());
            gas[at] = byte;
            let _ = without_post_returns(&gas);
        }
    }
}
