//! Another customer's answer in the place of the one that was asked for: whoever notices, the adapter or the hub, it
//! does not go through. Tried with the questions whose answers say whose they are.

use komunala_app::ports::{BillingError, BillingSystem, IntervalSource};
use komunala_domain::{Capability, ExternalId};
use komunala_sandbox::Adapter;

use super::{
    hub::{call, span},
    questions::verdict,
    run::Run,
};
use crate::{Subjects, report::Verdict};

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let (Some(own), Some(other)) = (Whose::of(run.subjects, OWN), Whose::of(run.subjects, OTHER)) else {
        return Verdict::lacking(&["other.account".to_owned()]);
    };
    let (adapter, line) = (&run.adapter, run.bench.line());
    let (mut failures, mut tried) = (Vec::new(), 0);
    for question in [Question::Account, Question::Invoices, Question::Invoice, Question::Intervals] {
        let name = question.name();
        line.take_heard();
        // what fails without a mistake of the line is another scenario's
        if !matches!(question.ask(adapter, run.subjects, &other).await, Some(Ok(()))) {
            continue;
        }
        let heard = line.take_heard();
        if heard.is_empty() {
            continue;
        }
        line.answer_instead(heard);
        let asked = question.ask(adapter, run.subjects, &own).await;
        line.mend();
        tried += 1;
        match asked {
            Some(Err(BillingError::InvalidAnswer { .. } | BillingError::Upstream { .. })) => {}
            Some(Err(error)) => failures.push(format!("{name}, given another customer's answer: {error}")),
            _ => failures.push(format!("{name} passes another customer's answer on as this one's")),
        }
    }
    verdict(failures, tried, "answers of somebody else were refused")
}

/// Where the subjects name a customer's account, bill and supply point.
type Places = [&'static str; 3];
const OWN: Places = ["customer.account", "invoice.id", "intervals.supply_point"];
const OTHER: Places = ["other.account", "other.invoice", "other.supply_point"];

/// A customer that is asked about.
struct Whose {
    account: ExternalId,
    invoice: Option<ExternalId>,
    point: Option<ExternalId>,
}

impl Whose {
    fn of(subjects: &Subjects, [account, invoice, point]: Places) -> Option<Self> {
        let id = |path| ExternalId::try_from(subjects.text(path)?.to_owned()).ok();
        Some(Self { account: id(account)?, invoice: id(invoice), point: id(point) })
    }
}

#[derive(Clone, Copy)]
enum Question {
    Account,
    Invoices,
    Invoice,
    Intervals,
}

impl Question {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "customers.get-account",
            Self::Invoices => "invoices.list-invoices",
            Self::Invoice => "invoices.get-invoice",
            Self::Intervals => "intervals.list-intervals",
        }
    }

    fn capability(self) -> Capability {
        match self {
            Self::Account => Capability::Customers,
            Self::Invoices | Self::Invoice => Capability::Invoices,
            Self::Intervals => Capability::Intervals,
        }
    }

    /// None if it is not offered, or cannot be asked.
    async fn ask(self, adapter: &Adapter, subjects: &Subjects, whose: &Whose) -> Option<Result<(), BillingError>> {
        if !adapter.capabilities().has(self.capability()) {
            return None;
        }
        let account = &whose.account;
        Some(match self {
            Self::Account => adapter.account(call(), account).await.map(drop),
            Self::Invoices => adapter.invoices(call(), account, None, None).await.map(drop),
            Self::Invoice => adapter.invoice(call(), account, whose.invoice.as_ref()?).await.map(drop),
            Self::Intervals => {
                let (selection, span) = span(subjects)?;
                adapter.intervals(call(), account, whose.point.as_ref()?, selection, span, None).await.map(drop)
            }
        })
    }
}
