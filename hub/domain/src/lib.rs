//! What a utility's customer has: accounts, supply points, meters, invoices, ledgers, readings, and the rules over them.
//!
//! **Knows** nothing but values: every function here is a pure function of its arguments.
//! **Must not know** any I/O, any clock, any asynchronous code, any database, wire format or billing system.
//!
//! Two conventions hold everywhere:
//! - what a billing system calls a thing is an [`ExternalId`], unique only within its [`ProviderId`];
//!   what the hub calls it is an opaque id of [`ids`];
//! - an absent value is `None`, never zero and never an empty string.

pub mod account;
pub mod attachment;
pub mod balance;
pub mod bill_calendar;
pub mod bill_run;
pub mod brand;
pub mod capability;
pub mod check_digits;
pub mod consent;
pub mod consumption;
pub mod contact;
pub mod credential;
pub mod daily_window;
pub mod delivery;
pub mod document;
pub mod email;
pub mod feed;
pub mod form;
pub mod holder;
pub mod ids;
pub mod interval;
pub mod invoice;
pub mod language;
pub mod ledger;
pub mod letter_text;
pub mod maintenance;
pub mod meter;
pub mod money;
pub mod outage;
pub mod payment;
pub mod payment_code;
pub mod period;
pub mod phone;
pub mod preferences;
pub mod provider;
pub mod reading;
pub mod request;
pub mod serbian;
pub mod subscription;
pub mod text;
pub mod word;

pub use account::{Category, CustomerAccount, SupplyPoint};
pub use attachment::{AttachmentKind, FileName, Objection};
pub use balance::{Balance, Buckets, Relief};
pub use bill_calendar::BillCalendar;
pub use brand::{Brand, Colour, LARGEST_LOGO, Logo, NotALogo};
pub use capability::{Capability, CapabilitySet};
pub use contact::{Channel, Contact};
pub use credential::{CustomerNumber, NewPassword, Pin};
pub use daily_window::DailyWindow;
pub use delivery::{BillDelivery, PostalChannel};
pub use document::{Document, Sha256};
pub use email::EmailAddress;
pub use feed::FeedRhythm;
pub use form::PremisesForm;
pub use invoice::Invoice;
pub use language::Language;
pub use ledger::LedgerEntry;
pub use letter_text::{LetterText, LetterTexts, PhoneTexts, Wording};
pub use maintenance::Maintenance;
pub use meter::{Meter, Register};
pub use money::{Currency, Money};
pub use outage::Outage;
pub use payment_code::PaymentCode;
pub use period::Period;
pub use phone::PhoneNumber;
pub use provider::{Confirmation, PaymentCodes, Provider};
pub use reading::Reading;
pub use subscription::{Interest, PointNumber, Subscription, Topic};
pub use text::ExternalId;
pub use word::{PortalId, ProviderId, TenantId};
