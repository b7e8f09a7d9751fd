//! The billing system itself: what it answers, apart from how that goes over the wire.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use serde::Serialize;

use super::billing::{self, MONTHS};
use super::card::{self, CardRow};
use super::customer::{Category, Customer};
use super::invoice::{Invoice, InvoiceNo};
use super::kind::Kind;
use super::notes;
use super::pdf;
use super::point::{Appliance, Meter, Point, points};
use super::reading::{Reading, generated};
use super::refusal::Refusal;
use super::settings::Settings;
use super::token::Tokens;
use super::utility::Utility;
use super::written::{AccountEvent, Written};
use crate::clock::Clock;
use crate::month::Month;
use crate::switches::Switches;

/// A gas utility's billing system.
#[derive(Debug)]
pub(super) struct GasSystem {
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    pub(super) switches: Switches,
    pub(super) tokens: Tokens,
    written: Mutex<Written>,
    printed: Mutex<Printed>,
}

/// What PDFs were asked for: enough to mix one up with the one before.
#[derive(Debug, Default)]
struct Printed {
    count: u64,
    last: Option<String>,
}

/// An account as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    account_id: String,
    customer_id: String,
    category: Category,
    name: String,
    address: String,
    delivery_points: Vec<DeliveryPoint>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryPoint {
    point_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    eic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meter: Option<Meter>,
    appliances: Vec<Appliance>,
}

impl GasSystem {
    pub(super) fn new(settings: Settings, clock: Clock, switches: Switches) -> Self {
        let tokens = Tokens::new(settings.client.clone(), settings.token_lifetime);
        Self { settings, clock, switches, tokens, written: Mutex::default(), printed: Mutex::default() }
    }

    /// What was written, locked: a check and the write that follows it are one step.
    pub(super) fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn today(&self) -> Date {
        self.clock.today()
    }

    /// Checks a customer number and a PIN; answers the account id.
    pub(super) fn verify(&self, customer_number: &str, pin: &str) -> Result<String, Refusal> {
        let customer = self
            .settings
            .population
            .by_number(customer_number)
            .filter(|customer| self.is_open(*customer))
            .ok_or_else(Refusal::bad_credentials)?;
        let mut written = self.written();
        if customer.kind() == Kind::Locked || written.is_locked(customer_number) {
            return Err(Refusal::locked());
        }
        if customer.pin() != pin {
            written.wrong_pin(customer.number(), self.settings.wrong_pins);
            return Err(Refusal::bad_credentials());
        }
        written.right_pin(customer_number);
        Ok(customer.account_id())
    }

    /// The customer of an account that is there and open.
    pub(super) fn customer(&self, account_id: &str) -> Result<Customer, Refusal> {
        let customer = self.settings.population.by_account(account_id);
        customer.filter(|customer| self.is_open(*customer)).ok_or_else(|| Refusal::not_found("account"))
    }

    /// The delivery point with an id, of an open account.
    pub(super) fn point(&self, point_id: &str) -> Option<Point> {
        self.settings.population.point(point_id).filter(|point| self.is_open(point.customer))
    }

    pub(super) fn is_open(&self, customer: Customer) -> bool {
        customer.kind() != Kind::Closed && self.written().count(customer, AccountEvent::Closed) == 0
    }

    /// An account as it is today.
    pub(super) fn account(&self, customer: Customer) -> Account {
        let today = self.today();
        let delivery_point = |point: Point| DeliveryPoint {
            point_id: point.id(),
            eic: point.eic(),
            meter: point.meter(today),
            appliances: point.appliances(),
        };
        Account {
            account_id: customer.account_id(),
            customer_id: customer.number(),
            category: customer.category(),
            name: customer.holder(self.written().count(customer, AccountEvent::NextHolder)),
            address: customer.address(),
            delivery_points: points(customer).into_iter().map(delivery_point).collect(),
        }
    }

    /// The months whose bills are out, oldest first.
    pub(super) fn billed_months(&self) -> Vec<Month> {
        let newest = billing::last_begun(self.utility(), self.today());
        let closed = self.last_billed();
        (1 - MONTHS..=0).map(|month| newest.plus(month)).filter(|month| *month <= closed).collect()
    }

    /// The newest month whose first bills are out; the switch "period not closed" holds it back.
    pub(super) fn last_billed(&self) -> Month {
        self.held_back(billing::last_begun(self.utility(), self.today()))
    }

    /// The newest month all of whose bills are out.
    pub(super) fn last_complete(&self) -> Month {
        self.held_back(billing::last_complete(self.utility(), self.today()))
    }

    fn held_back(&self, month: Month) -> Month {
        self.switches.settings().open_from.map_or(month, |open| month.min(open.plus(-1)))
    }

    /// Whose billing system it is.
    pub(super) fn utility(&self) -> Utility {
        self.settings.population.utility
    }

    /// Everything that was issued to a customer and not withdrawn, newest first.
    pub(super) fn invoices(&self, customer: Customer) -> Vec<Invoice> {
        let months = self.billed_months();
        months.into_iter().rev().flat_map(|month| self.issued(customer, month)).collect()
    }

    /// Everything that a month brings a customer.
    pub(super) fn issue(&self, customer: Customer, month: Month) -> Vec<Invoice> {
        let mut invoices = billing::issue(customer, month);
        if let Some(every) = self.settings.hostile_notes.filter(|every| customer.place % every == every - 1) {
            invoices.iter_mut().for_each(|invoice| notes::write(invoice, (customer.place / every) as usize));
        }
        invoices
    }

    /// What was issued to a customer for a month and not withdrawn.
    pub(super) fn issued(&self, customer: Customer, month: Month) -> Vec<Invoice> {
        let mut invoices = self.issue(customer, month);
        invoices.retain(|invoice| invoice.issued <= self.today());
        if month < self.last_billed() {
            let withdrawn = billing::withdrawn(customer, month);
            invoices.retain(|invoice| Some(&invoice.invoice_no) != withdrawn.as_ref());
        }
        invoices
    }

    /// The invoice with a number, or when it can be had.
    pub(super) fn invoice(&self, number: &str) -> Result<(Customer, Invoice), Refusal> {
        let unknown = || Refusal::not_found("invoice");
        let parts = InvoiceNo::parse(number).ok_or_else(unknown)?;
        let customer = self.settings.population.by_number(parts.customer_number).ok_or_else(unknown)?;
        if !self.is_open(customer) {
            return Err(unknown());
        }
        let today = self.today();
        if let Some(day) = billing::expected(customer, parts.period, number)
            && (self.last_billed() < parts.period || today < day)
            && parts.period <= Month::of(today)
        {
            return Err(Refusal::period_open(self.available_from(day)));
        }
        if !self.billed_months().contains(&parts.period) {
            return Err(unknown());
        }
        let invoice = self.issued(customer, parts.period).into_iter().find(|invoice| invoice.invoice_no == number);
        invoice.map(|invoice| (customer, invoice)).ok_or_else(unknown)
    }

    /// The PDF of an invoice, or when it can be had.
    pub(super) fn pdf(&self, number: &str) -> Result<Vec<u8>, Refusal> {
        let (customer, invoice) = self.invoice(number)?;
        let held_back = self.switches.settings().late_pdfs_from.is_some_and(|late| late <= invoice.period);
        let late = customer.kind() == Kind::LatePdf && invoice.period == self.last_billed();
        if held_back || late {
            let next = self.utility().issued(invoice.issuer, invoice.period.plus(1));
            return Err(Refusal::period_open(self.available_from(next)));
        }
        Ok(pdf::print(&invoice, self.settings.pdf_size))
    }

    /// The number whose PDF is sent for `number`: the one that was asked for before it, as often as the switches want that.
    pub(super) fn mixed_up(&self, number: String) -> String {
        let rate = u64::from(self.switches.settings().mixed_up_pdfs);
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = printed.count * rate / 1000;
        printed.count += 1;
        let is_mixed_up = printed.count * rate / 1000 > before;
        let last = printed.last.replace(number.clone());
        last.filter(|_| is_mixed_up).unwrap_or(number)
    }

    /// When bills come: by the switch's word, else on the calendar's day; never today or before.
    fn available_from(&self, calendar: Date) -> Date {
        let said = self.switches.settings().available_from.unwrap_or(calendar);
        let tomorrow = self.today().tomorrow().unwrap_or(calendar);
        said.max(tomorrow)
    }

    /// The account card as of today.
    pub(super) fn card(&self, customer: Customer) -> Vec<CardRow> {
        let months = self.billed_months();
        let paid_in = self.written().paid_in(&customer.account_id()).to_vec();
        card::card(customer, &months, &paid_in, self.today())
    }

    /// The readings of a point, oldest first.
    pub(super) fn readings(&self, point: Point) -> Vec<Reading> {
        self.written().merge(&point.id(), generated(point, self.today()))
    }
}
