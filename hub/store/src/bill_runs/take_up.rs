//! Taking a page of a run up: which bills are new or changed, whom each goes to, and the messages for that.

use std::collections::HashMap;

use komunala_app::ports::{
    bill_runs::{Hold, RunBill, RunPage},
    outbox::{Content, NewMessage},
};
use komunala_domain::{
    BillDelivery, Contact, EmailAddress, Language, Period, ProviderId, TenantId,
    bill_run::BillWay,
    ids::{LinkId, MessageId, UserId},
};
use sea_orm::{Value, prelude::Uuid};

use super::{WHAT, walk::with};
use crate::{
    columns::{Word, column, micros, parsed, uuid},
    database::{CHUNK, Failure, Lines, Tx},
    outbox::{enqueue_into, queue_of_run},
    users::Person,
    vault::OpenKey,
};

pub(super) async fn take_up(tx: Tx, tenant: &TenantId, hold: Hold, page: RunPage<'_>) -> Result<bool, Failure> {
    let Some((provider, period)) = go_on(&tx, tenant, hold, &page).await? else {
        tx.undo();
        return Ok(false);
    };
    if page.bills.is_empty() {
        return Ok(true);
    }
    let queue = queue_of_run(&provider, period);
    let taking = Taking { tx: &tx, tenant, hold, page, provider, queue };
    let news = taking.news().await?;
    if news.is_empty() {
        return Ok(true);
    }
    let readers = taking.readers().await?;
    taking.note(&news, &readers).await?;
    taking.enqueue(&news, &readers).await?;
    Ok(true)
}

/// Moves the run's place behind the page, if it is held still and goes on; answers whose run it is.
async fn go_on(
    tx: &Tx,
    tenant: &TenantId,
    hold: Hold,
    page: &RunPage<'_>,
) -> Result<Option<(ProviderId, Period)>, Failure> {
    let sql = "UPDATE bill_runs
               SET place = $4, held_until = $5, awaited = awaited + $6,
                   look_at = CASE WHEN look_at < $7 THEN look_at ELSE COALESCE($7, look_at) END
               WHERE tenant = $1 AND id = $2 AND holder = $3 AND state = 'running'
               RETURNING provider, period";
    let more: [Value; 4] = [
        page.stretch.last.uuid().into(),
        micros(page.until).into(),
        i64::from(page.left).into(),
        page.look_at.map(micros).into(),
    ];
    let Some(row) = tx.row(sql, with(tenant, hold, more)).await? else { return Ok(None) };
    let text = |index| column::<String>(WHAT, &row, index);
    Ok(Some((parsed(WHAT, &text(0)?)?, parsed(WHAT, &text(1)?)?)))
}

/// A bill that is new, or asks for something else than before, and which revision of it this is.
struct News<'a> {
    bill: &'a RunBill<'a>,
    revision: i32,
}

/// Somebody who has an account linked.
struct Reader {
    link: LinkId,
    user: UserId,
    delivery: BillDelivery,
    language: Language,
    sealed: String,
}

/// Who has which account linked, and the keys of those who have their bills by mail.
struct Readers {
    of: HashMap<Uuid, Vec<Reader>>,
    keys: HashMap<Uuid, OpenKey>,
}

impl Readers {
    /// Who has a bill's account linked.
    fn of(&self, bill: &RunBill<'_>) -> &[Reader] {
        self.of.get(&bill.copy.account.uuid()).map_or(&[], Vec::as_slice)
    }
}

/// A page being taken up.
struct Taking<'a> {
    tx: &'a Tx,
    tenant: &'a TenantId,
    hold: Hold,
    page: RunPage<'a>,
    provider: ProviderId,
    queue: String,
}

impl<'a> Taking<'a> {
    /// `$3` and `$4` of a statement about the page's accounts.
    fn stretch(&self) -> [Value; 2] {
        let after = self.page.stretch.after.map_or(Uuid::nil(), |after| after.uuid());
        [after.into(), self.page.stretch.last.uuid().into()]
    }

    /// What of the page is news.
    async fn news(&self) -> Result<Vec<News<'a>>, Failure> {
        let known = self.known().await?;
        let news = self.page.bills.iter().filter_map(|bill| {
            let before = known.get(&(bill.copy.account.uuid(), bill.copy.invoice.external_id.as_str().to_owned()));
            match before {
                Some((_, gist)) if gist == bill.gist => None,
                Some((revision, _)) => Some(News { bill, revision: revision + 1 }),
                None => Some(News { bill, revision: 1 }),
            }
        });
        Ok(news.collect())
    }

    /// The revisions and gists of what was taken up before, by account and bill.
    async fn known(&self) -> Result<HashMap<(Uuid, String), (i32, String)>, Failure> {
        let sql = "SELECT account_id, bill, revision, gist FROM bill_run_bills
                   WHERE tenant = $1 AND run_id = $2 AND account_id > $3 AND account_id <= $4";
        let mut values = vec![self.tenant.as_str().into(), self.hold.run.uuid().into()];
        values.extend(self.stretch());
        let mut known = HashMap::new();
        for row in self.tx.rows(sql, values).await? {
            let bill = (uuid(WHAT, &row, 0)?, column(WHAT, &row, 1)?);
            known.insert(bill, (column(WHAT, &row, 2)?, column(WHAT, &row, 3)?));
        }
        Ok(known)
    }

    /// Who has the page's accounts linked at this moment, by account. Their keys are asked for all at once.
    async fn readers(&self) -> Result<Readers, Failure> {
        let sql = "SELECT l.account_id, l.id, l.user_id, l.delivery, u.language, u.sealed
                   FROM accounts a JOIN links l ON l.account_id = a.id JOIN users u ON u.id = l.user_id
                   WHERE a.tenant = $1 AND l.tenant = $1 AND u.tenant = $1 AND a.provider = $2
                     AND a.id > $3 AND a.id <= $4 AND l.account_id > $3 AND l.account_id <= $4
                     AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL
                   ORDER BY l.account_id, l.id";
        let mut values = vec![self.tenant.as_str().into(), self.provider.as_str().into()];
        values.extend(self.stretch());
        let mut readers: HashMap<Uuid, Vec<Reader>> = HashMap::new();
        let mut users = Vec::new();
        for row in self.tx.rows(sql, values).await? {
            let reader = Reader {
                link: LinkId::from_uuid(uuid(WHAT, &row, 1)?),
                user: UserId::from_uuid(uuid(WHAT, &row, 2)?),
                delivery: BillDelivery::of(&column::<String>(WHAT, &row, 3)?)?,
                language: parsed(WHAT, &column::<String>(WHAT, &row, 4)?)?,
                sealed: column(WHAT, &row, 5)?,
            };
            if reader.delivery != BillDelivery::Paper {
                users.push(reader.user.uuid());
            }
            readers.entry(uuid(WHAT, &row, 0)?).or_default().push(reader);
        }
        users.sort_unstable();
        users.dedup();
        Ok(Readers { of: readers, keys: self.tx.vault().keys(&users).await? })
    }

    /// Writes down what was taken up, and which way each bill goes.
    async fn note(&self, news: &[News<'_>], readers: &Readers) -> Result<(), Failure> {
        for news in news.chunks(CHUNK) {
            let mut lines = Lines::beginning(vec![
                self.hold.run.uuid().into(),
                self.tenant.as_str().into(),
                micros(self.page.now).into(),
            ]);
            for News { bill, revision } in news {
                let way = BillWay::of(readers.of(bill).iter().map(|reader| reader.delivery));
                lines.add([
                    bill.copy.account.uuid().into(),
                    bill.copy.invoice.external_id.as_str().into(),
                    bill.copy.id.uuid().into(),
                    bill.copy.invoice.number.as_str().into(),
                    (*revision).into(),
                    bill.gist.into(),
                    way.word().into(),
                    bill.adapter.map(|adapter| adapter.to_string()).into(),
                ]);
            }
            let (lines, values) = lines.into_parts();
            let sql = format!(
                "INSERT INTO bill_run_bills
                     (run_id, tenant, taken_at, account_id, bill, invoice_id, number, revision, gist, way, adapter)
                 VALUES {lines}
                 ON CONFLICT (run_id, account_id, bill) DO UPDATE
                 SET invoice_id = excluded.invoice_id, number = excluded.number, revision = excluded.revision,
                     gist = excluded.gist, way = excluded.way, adapter = excluded.adapter,
                     taken_at = excluded.taken_at"
            );
            self.tx.execute(&sql, values).await?;
        }
        Ok(())
    }

    /// One message for each reader. Whoever is just being erased gets none.
    async fn enqueue(&self, news: &[News<'_>], readers: &Readers) -> Result<(), Failure> {
        let mut messages = Vec::new();
        for News { bill, revision } in news {
            for reader in readers.of(bill).iter().filter(|reader| reader.delivery != BillDelivery::Paper) {
                let Some(key) = readers.keys.get(&reader.user.uuid()) else { continue };
                let person = Person::unseal(key, reader.user.uuid(), &reader.sealed)?;
                let Some(person) = person else { continue };
                let message = self.message(bill, *revision, reader, person.address()?);
                messages.push((reader.user.uuid(), message, bill, *revision));
            }
        }
        for messages in messages.chunks(CHUNK) {
            let mut lines = Lines::beginning(vec![self.tenant.as_str().into(), self.hold.run.uuid().into()]);
            for (user, message, bill, revision) in messages {
                lines.add([
                    message.id.uuid().into(),
                    bill.copy.account.uuid().into(),
                    bill.copy.invoice.external_id.as_str().into(),
                    (*revision).into(),
                    (*user).into(),
                    bill.adapter.map(|adapter| adapter.to_string()).into(),
                ]);
            }
            let (lines, values) = lines.into_parts();
            let sql = format!(
                "INSERT INTO bill_run_items (tenant, run_id, id, account_id, bill, revision, user_id, adapter)
                 VALUES {lines}"
            );
            self.tx.execute(&sql, values).await?;
        }
        let messages: Vec<_> = messages.iter().map(|(user, message, ..)| (*user, message)).collect();
        enqueue_into(self.tx, self.tenant, &messages, &self.queue, self.page.now).await
    }

    fn message(&self, bill: &RunBill<'_>, revision: i32, reader: &Reader, address: EmailAddress) -> NewMessage {
        NewMessage {
            id: MessageId::new(),
            provider: self.provider.clone(),
            // the same bill may be taken up by a run of another month, and by this one after it was taken back
            subject: format!("{} {} {revision}", self.hold.run, bill.copy.id),
            recipient: Contact::Email(address),
            language: reader.language,
            content: Content::Bill { invoice: bill.copy.id, link: reader.link },
            expires: None,
        }
    }
}
