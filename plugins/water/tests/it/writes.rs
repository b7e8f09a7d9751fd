//! Paper or e-mail.

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, DeliveryChannel},
    http::{Recorded, Response},
};

use crate::recorded::{Ruma, result};

#[test]
fn a_choice_is_told_and_read_back() {
    let customer = "<Potrosac><Sifra>004512</Sifra><Dostava>E</Dostava></Potrosac>";
    let recorded = Recorded::new([result("PostaviDostavu", "true"), result("VratiPotrosaca", customer)]);
    let told = recorded.ruma().set_channel("004512", DeliveryChannel::Email).unwrap();
    assert_eq!((told, recorded.ruma().channel("004512").unwrap()), (Acknowledgement::Applied, DeliveryChannel::Email));
    assert_eq!(recorded.operations(), ["PostaviDostavu(004512, E)", "VratiPotrosaca(004512)"]);
}

#[test]
fn a_lost_answer_leaves_the_outcome_unknown_and_an_unknown_value_is_wrong() {
    let told = Recorded::new([Response::lost()]).ruma().set_channel("004512", DeliveryChannel::Paper);
    assert!(matches!(told, Err(Error::OutcomeUnknown(_))));
    let other = result("VratiPotrosaca", "<Potrosac><Sifra>004512</Sifra><Dostava>X</Dostava></Potrosac>");
    assert!(matches!(Recorded::new([other]).ruma().channel("004512"), Err(Error::Upstream(_))));
}
