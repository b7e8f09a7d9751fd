//! Asking payment providers what became of payments, and holding their answers against what was asked of the payer.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{
    ids::PaymentId,
    payment::{PaymentState, PaymentStep},
};

use crate::{
    Hub,
    ports::{
        Gateway, StoreError,
        gateways::{GatewayError, Report, Verdict},
        payments::{Disbelief, Learned, PaymentProgress, PaymentRow},
    },
    scope::{SystemScope, TenantScope},
};

/// How many payments a worker takes up at a time.
const BATCH: u32 = 50;
/// How long a payment provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause after the first look; it doubles with every further one.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause between two looks.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// How long a payment may be paid later than its payer was told.
const GRACE: SignedDuration = SignedDuration::from_mins(10);
/// When somebody looks again who had a hint and found the payment in another's hands.
const AFTER_OTHERS: SignedDuration = SignedDuration::from_secs(2);
/// How long whoever learned of a payment has to tell the billing system before a worker does.
const TO_POST: SignedDuration = SignedDuration::from_secs(30);

impl Hub {
    /// Looks after payments that are due: asks what became of them, and tells billing systems of those that are paid.
    /// Answers how many. For a worker.
    pub async fn settle_payments(&self, scope: &SystemScope) -> Result<usize, StoreError> {
        let due = self.payments.due_payments(scope, BATCH, self.clock.now()).await?;
        let count = due.len();
        for row in due {
            let scope = scope.tenant(row.tenant.clone());
            match row.state {
                PaymentState::Paid => self.post(&scope, row).await?,
                _ => self.ask_gateway(&scope, row).await?,
            };
        }
        Ok(count)
    }

    /// Looks after a payment of which somebody hinted that there is news; answers how it stands then.
    pub(super) async fn look_into(&self, scope: &TenantScope, row: PaymentRow) -> Result<PaymentRow, StoreError> {
        let now = self.clock.now();
        match self.payments.take_payment(scope, row.id, now).await? {
            Some(row) => self.ask_gateway(scope, row).await,
            None => {
                self.payments.remind(scope, row.id, now + AFTER_OTHERS).await?;
                Ok(row)
            }
        }
    }

    /// The shop that a payment goes to.
    pub(super) fn gateway_of(&self, row: &PaymentRow) -> Option<Arc<dyn Gateway>> {
        let roster = self.roster();
        let is_its =
            |gateway: &&Arc<dyn Gateway>| gateway.channel() == &row.channel && gateway.merchant() == row.order.merchant;
        roster.gateways.get(&row.provider)?.iter().find(is_its).cloned()
    }

    /// Asks about a payment that was taken in hand, and acts on the answer.
    async fn ask_gateway(&self, scope: &TenantScope, row: PaymentRow) -> Result<PaymentRow, StoreError> {
        let answer = self.looked_up(&row).await;
        let now = self.clock.now();
        match answer {
            Ok(report) => match disbelief(&row, &report) {
                None => self.act_on(scope, row, report, now).await,
                Some(why) => {
                    self.payments.disbelieve(scope, row.id, why, now).await?;
                    self.let_go(scope, &row, Some(now + pause(row.tries))).await
                }
            },
            Err(error) => {
                tracing::warn!(payment = %row.id, channel = %row.channel, %error, "what became of a payment is not known");
                self.let_go(scope, &row, Some(now + pause(row.tries))).await
            }
        }
    }

    async fn looked_up(&self, row: &PaymentRow) -> Result<Report, GatewayError> {
        // nobody was ever sent there
        if row.state == PaymentState::Started {
            return Ok(Report::open());
        }
        let missing = || GatewayError::Unavailable("the settings do not name it any more".to_owned());
        let gateway = self.gateway_of(row).ok_or_else(missing)?;
        let asked = gateway.look_up(row.id, row.progress.reference.as_deref());
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        answer.unwrap_or_else(|_| Err(GatewayError::Unavailable("no answer in time".to_owned())))
    }

    async fn act_on(
        &self,
        scope: &TenantScope,
        row: PaymentRow,
        report: Report,
        now: Timestamp,
    ) -> Result<PaymentRow, StoreError> {
        let again = now + pause(row.tries);
        let (step, next) = match report.verdict {
            Verdict::Paid => (Some(PaymentStep::Paid), Some(now + TO_POST)),
            Verdict::Reversed => (Some(PaymentStep::Reversed), None),
            // another try of the payer's may still succeed
            Verdict::Failed => (Some(PaymentStep::Failed), Some(again).filter(|at| *at < row.order.expires_at)),
            Verdict::Open if now > row.order.expires_at + GRACE => (Some(PaymentStep::Expired), None),
            // nobody was ever sent there: whoever started it may still ask for the way
            Verdict::Open if row.state == PaymentState::Started => (None, Some(row.order.expires_at + GRACE * 2)),
            Verdict::Open => (None, Some(again)),
        };
        let is_news = step.is_some_and(|step| row.state.after(step).is_some());
        if !is_news && matches!(row.state, PaymentState::Posted | PaymentState::Reversed) {
            return self.let_go(scope, &row, None).await;
        }
        // what the billing system is told stays the same from the first attempt on
        let progress = PaymentProgress {
            reference: row.progress.reference.clone().or(report.reference.clone()),
            paid_on: row.progress.paid_on.or_else(|| match step {
                Some(PaymentStep::Paid) => self.paid_on(&row, &report, now),
                _ => None,
            }),
            ..row.progress.clone()
        };
        let learned = Learned { attempt: row.attempt, step: step.filter(|_| is_news), progress, next, now };
        let Some(row) = self.payments.learn(scope, row.id, &learned).await? else { return Ok(row) };
        match row.state {
            PaymentState::Paid => self.post(scope, row).await,
            _ => Ok(row),
        }
    }

    /// The day of a payment in the utility's zone: what the payment provider says, if it can be.
    fn paid_on(&self, row: &PaymentRow, report: &Report, now: Timestamp) -> Option<jiff::civil::Date> {
        let zone = self.roster().directory.provider(&row.provider)?.time_zone.clone();
        let (first, today) = (row.started_at.to_zoned(zone.clone()).date(), now.to_zoned(zone).date());
        report.paid_on.filter(|day| (first..=today).contains(day)).or(Some(today))
    }

    /// Leaves a payment as it is, to be looked after again.
    pub(super) async fn let_go(
        &self,
        scope: &TenantScope,
        row: &PaymentRow,
        next: Option<Timestamp>,
    ) -> Result<PaymentRow, StoreError> {
        let (progress, now) = (row.progress.clone(), self.clock.now());
        let learned = Learned { attempt: row.attempt, step: None, progress, next, now };
        Ok(self.payments.learn(scope, row.id, &learned).await?.unwrap_or_else(|| row.clone()))
    }

    /// A payment as it stands.
    pub(super) async fn payment_row(
        &self,
        scope: &TenantScope,
        id: PaymentId,
    ) -> Result<Option<PaymentRow>, StoreError> {
        self.payments.payment(scope, id).await
    }
}

impl Report {
    fn open() -> Self {
        let (payment, merchant, amount, reference, paid_on) = (None, None, None, None, None);
        Self { verdict: Verdict::Open, payment, merchant, amount, reference, paid_on }
    }
}

/// Why what was said of a payment is not believed, if it is not.
pub(super) fn disbelief(row: &PaymentRow, report: &Report) -> Option<Disbelief> {
    let is_other = |said: Option<&str>, own: &str| said.is_some_and(|said| said != own);
    if report.payment.is_some_and(|payment| payment != row.id) {
        return Some(Disbelief::OtherPayment);
    }
    if is_other(report.merchant.as_deref(), &row.order.merchant) {
        return Some(Disbelief::OtherShop);
    }
    match report.amount {
        Some(amount) if amount != row.order.amount => Some(Disbelief::OtherAmount),
        // money without an amount is any amount
        None if report.verdict == Verdict::Paid => Some(Disbelief::OtherAmount),
        _ => None,
    }
}

pub(super) fn pause(tries: u32) -> SignedDuration {
    let doubled = PAUSE.checked_mul(1 << tries.min(8));
    doubled.map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}
