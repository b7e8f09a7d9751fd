//! Domain values as messages, and back where requests carry them. One file per noun.

mod account;
mod attachment;
mod balance;
mod consent;
mod consumption;
mod date;
mod decimal;
mod delivery;
mod interval;
mod invoice;
mod ledger;
mod money;
pub(crate) mod operator;
mod outage;
mod payment_code;
mod provider;
mod reading;
mod request;
mod session;
pub(crate) mod tenant;

pub(crate) use account::{account, meter_in_place};
pub(crate) use attachment::{Pieces, attachment};
pub(crate) use balance::balance;
pub(crate) use consent::{consent, outstanding};
pub(crate) use consumption::{consumption, statistics_period_of, usage_format_of};
pub(crate) use date::{day_of, moment, moment_of};
pub(crate) use delivery::delivery_of;
pub(crate) use interval::{interval, selection_of};
pub(crate) use invoice::{invoice, upcoming};
pub(crate) use ledger::entry;
pub(crate) use outage::outage;
pub(crate) use payment_code::{payment_code, scheme_of};
pub(crate) use provider::provider;
pub(crate) use reading::{finding, reading, register_states, submitted, window_now};
pub(crate) use request::{desk_line, desk_thread, filled, kind_of, state_of, thread};
pub(crate) use session::{profile, session, user_session};
