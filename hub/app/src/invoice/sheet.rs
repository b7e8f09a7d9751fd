//! The informative copy of a bill that the billing system has no document of: what stands on it.

use std::sync::Arc;

use jiff::{
    ToSpan,
    civil::{Date, Time, date},
};
use komunala_domain::{
    CustomerAccount, ExternalId, Invoice, Language, PaymentCode, Period, Provider, consumption::Consumption,
    ids::SupplyPointId, invoice::Payable, payment_code::Order,
};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        BillSheets, Call,
        accounts::AccountCopy,
        bill_sheets::{BillSheet, MonthUsed, Paid, PrintedPoint, Slip, UsageChart},
        copies::InvoiceCopy,
    },
    reading::{GetStatistics, StatisticsPeriod},
    scope::UserScope,
};

/// How many months before the bill's own are charted: the same month of the year before is the first.
const MONTHS_BEFORE: i32 = 12;

/// Of how many supply points of a bill the usage is charted.
const MOST_CHARTS: usize = 4;

/// What a document bears whose bill says no day at all.
const UNDATED: Date = date(2000, 1, 1);

impl Hub {
    /// Writes an informative copy of a bill, in the user's language. The same bill, with the same usage before it, is the
    /// same bytes.
    pub(super) async fn informative_copy(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
    ) -> Result<Vec<u8>, Failure> {
        let provider = self.provider(scope.portal(), &found.provider)?;
        let language = provider.language_for(self.get_profile(scope).await?.language);
        let account = self.proven_account(scope, call, &found.provider, found.account).await?;
        let points = billed_points(&found.invoice, account.copy.as_ref());
        let charts = self.usage_before(scope, call, found, &points).await;
        let (invoice, account) = (found.invoice.clone(), account.copy.map(|copy| copy.account));
        let points = points.into_iter().map(|point| point.printed).collect();
        let sheets = self.bill_sheets.clone();
        write_sheet(sheets, provider, language, Copied { invoice, account, points, charts }).await
    }

    /// What was used in the year before a bill, where the hub can say so: a copy is not refused for want of a chart.
    async fn usage_before(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
        points: &[BilledPoint],
    ) -> Vec<UsageChart> {
        let Some(months) = found.invoice.period.and_then(charted) else { return Vec::new() };
        let mut charts = Vec::new();
        for point in points.iter().take(MOST_CHARTS) {
            let Some(id) = point.id else { continue };
            let request = GetStatistics {
                provider: found.provider.clone(),
                account: found.account,
                point: id,
                period: StatisticsPeriod::Month,
                first: Some(months.0),
                last: Some(months.1),
            };
            match Box::pin(self.get_statistics(scope, call, request)).await {
                Ok(statistics) => charts.extend(by_unit(&point.printed.number, &statistics.consumption)),
                Err(error) => tracing::debug!(%error, "a bill's copy goes without what was used"),
            }
        }
        charts
    }
}

/// What an informative copy is written of.
pub(crate) struct Copied {
    /// The bill.
    pub(crate) invoice: Invoice,
    /// Whose it is, where the hub knows.
    pub(crate) account: Option<CustomerAccount>,
    /// The supply points that it bills.
    pub(crate) points: Vec<PrintedPoint>,
    /// What was used before.
    pub(crate) charts: Vec<UsageChart>,
}

/// Lays a copy out, beside everything else: it takes milliseconds.
pub(crate) async fn write_sheet(
    sheets: Arc<dyn BillSheets>,
    provider: Arc<Provider>,
    language: Language,
    Copied { invoice, account, points, charts }: Copied,
) -> Result<Vec<u8>, Failure> {
    let written = tokio::task::spawn_blocking(move || {
        sheets.write(&BillSheet {
            language,
            provider: &provider,
            invoice: &invoice,
            account: account.as_ref(),
            points,
            slips: slips(&provider, &invoice),
            charts,
            dated: dated(&invoice),
        })
    });
    let written = written.await.map_err(|error| Failure::Internal(format!("a copy of a bill: {error}")))?;
    written.map_err(|error| Failure::Internal(error.to_string()))
}

/// A supply point of a bill.
struct BilledPoint {
    /// The hub's id, where the hub knows the point.
    id: Option<SupplyPointId>,
    printed: PrintedPoint,
}

/// The points that a bill names, as its account knows them; one that the account has no more stays as it is named.
fn billed_points(invoice: &Invoice, copy: Option<&AccountCopy>) -> Vec<BilledPoint> {
    let known = |named: &ExternalId| {
        let mut points = copy.into_iter().flat_map(AccountCopy::supply_points);
        points.find(|(_, point)| point.external_id == *named).map(|(ids, point)| BilledPoint {
            id: Some(ids.point),
            printed: PrintedPoint { number: point.point_number.clone(), address: point.address.clone() },
        })
    };
    let unknown = |named: &ExternalId| BilledPoint {
        id: None,
        printed: PrintedPoint { number: named.to_string(), address: None },
    };
    invoice.supply_points.iter().map(|named| known(named).unwrap_or_else(|| unknown(named))).collect()
}

/// The first and the last day of the months that are charted.
fn charted(period: Period) -> Option<(Date, Date)> {
    let month = Date::new(period.year(), period.month(), 1).ok()?;
    Some((month.checked_sub(MONTHS_BEFORE.months()).ok()?, month.last_of_month()))
}

/// A chart per unit that anything was counted in.
fn by_unit(point_number: &str, consumption: &[Consumption]) -> Vec<UsageChart> {
    let mut charts: Vec<UsageChart> = Vec::new();
    for used in consumption {
        let Ok(month) = Period::of(used.frame.first) else { continue };
        let chart = match charts.iter().position(|chart| chart.unit == used.unit) {
            Some(at) => &mut charts[at],
            None => {
                let (point_number, unit) = (point_number.to_owned(), used.unit.clone());
                charts.push(UsageChart { point_number, unit, registers: Vec::new(), months: Vec::new() });
                charts.last_mut().expect("one was just added")
            }
        };
        let register = chart.registers.iter().position(|register| *register == used.register).unwrap_or_else(|| {
            chart.registers.push(used.register.clone());
            chart.registers.len() - 1
        });
        if chart.months.last().is_none_or(|last| last.month != month) {
            chart.months.push(MonthUsed { month, quantities: Vec::new() });
        }
        let of_month = chart.months.last_mut().expect("one was just added");
        of_month.quantities.resize(of_month.quantities.len().max(register + 1), None);
        of_month.quantities[register] = used.quantity;
    }
    charts.retain(|chart| chart.months.iter().any(|month| month.quantities.iter().any(Option::is_some)));
    charts
}

/// The payments that a bill asks for, as billed: what is taken off for paying early stands first, with its last day; then
/// every installment, or the whole where there are none.
fn slips<'a>(provider: &Provider, invoice: &'a Invoice) -> Vec<Slip<'a>> {
    let early = invoice.discounts.iter().map(|discount| discount.until).min();
    let early = early.and_then(|day| Some((Paid::Early, invoice.payable(day, None).ok()?)));
    let after = invoice.discounts.iter().map(|discount| discount.until).max();
    // the day after the last discount: nothing is taken off any more
    let late = after.map_or(dated(invoice), |until| until.tomorrow().unwrap_or(until));
    let parts: Vec<_> = match invoice.installments.len() {
        0 | 1 => vec![(Paid::Whole, None)],
        count => (1..=count).map(|number| (Paid::Installment(number), Some(number))).collect(),
    };
    let parts = parts.into_iter().filter_map(|(pays, part)| Some((pays, invoice.payable(late, part).ok()?)));
    let slip = |(pays, payable): (Paid, Payable)| {
        let instruction = invoice.payment.as_ref()?;
        Some(Slip { pays, payable, instruction, code: code(provider, invoice, &payable) })
    };
    early.into_iter().chain(parts).filter_map(slip).collect()
}

/// The payment code of the provider's scheme; none where the bill does not fit it.
fn code(provider: &Provider, invoice: &Invoice, payable: &Payable) -> Option<PaymentCode> {
    // made when the bill was, so that it is the same at any time
    let made_at = dated(invoice).to_datetime(Time::midnight());
    let order = Order::of(provider, invoice, payable, made_at)?;
    PaymentCode::compose(provider.payment_scheme()?, &order).ok()
}

/// The day that a bill's document bears.
fn dated(invoice: &Invoice) -> Date {
    let due = || invoice.installments.first().map(|first| first.due);
    let month = || invoice.period.and_then(|period| Date::new(period.year(), period.month(), 1).ok());
    invoice.issued.or_else(due).or_else(month).unwrap_or(UNDATED)
}
