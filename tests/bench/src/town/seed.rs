//! Letting people move in: whatever registering, confirming and linking leave in the database and the key store, a
//! thousand people at a time.
//!
//! Registering a country one by one would take hours, nearly all of it for hashing passwords. What stands here must follow
//! the schema: where it does not the database says so, and nobody gets a bill.

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::RootSecret,
    sealing::{self, Lookups, MasterKeys},
};
use komunala_domain::{EmailAddress, TenantId, ids};
use komunala_migrations::{APP_ROLE, TENANT_SETTING};
use komunala_server::Configuration;
use komunala_store::{KeySettings, Store, StoreSettings};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait, Value,
    prelude::Uuid,
};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{PROVIDER, Resident, Residents};

/// Whose customers they are.
const TENANT: &str = "region";
/// How many people move in at once.
const AT_ONCE: usize = 1_000;
/// Since when they live here: long enough for everything to be settled.
const SINCE: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Makes the database and the key store of a configuration, and lets everybody move in; `moved` is told how many have.
pub(super) async fn seed(
    configuration: &Configuration,
    residents: &Residents,
    moved: impl Fn(u32),
) -> anyhow::Result<()> {
    let secret = configuration.secrets.root.read(&configuration.base)?;
    let root = RootSecret::new(secret.expose_secret().as_bytes().to_vec())?;
    let masters = || configuration.keys.masters(&configuration.base);
    let keys = KeySettings::new(configuration.keys_url(), masters()?, &root);
    let documents = configuration.path(&configuration.documents.dir);
    let settings = StoreSettings::new(configuration.database_url(), documents, keys);
    Store::migrate(&settings).await?;
    // what binds the database to its key store
    Store::connect(&settings).await?.close().await;

    let movers = Movers {
        hub: Database::connect(configuration.database_url()).await?,
        keys: Database::connect(configuration.keys_url()).await?,
        tenant: TENANT.parse()?,
        masters: masters()?,
        lookups: Lookups::new(&root),
        since: (Timestamp::now() - SINCE).as_microsecond(),
    };
    let mut there = 0;
    let mut people = residents.all().peekable();
    while people.peek().is_some() {
        let some: Vec<_> = people.by_ref().take(AT_ONCE).collect();
        movers.move_in(residents, &some).await?;
        there += u32::try_from(some.len())?;
        moved(there);
    }
    movers.settle(residents).await
}

/// Whoever carries people's things.
struct Movers {
    hub: DatabaseConnection,
    keys: DatabaseConnection,
    tenant: TenantId,
    masters: MasterKeys,
    lookups: Lookups,
    since: i64,
}

impl Movers {
    async fn move_in(&self, residents: &Residents, people: &[Resident]) -> anyhow::Result<()> {
        let (tenant, since) = (TENANT, self.since);
        let mut keys = Rows::of("subject_keys", "subject, tenant, master, wrapped, made_at");
        let mut users =
            Rows::of("users", "id, tenant, email_lookup, sealed, language, password_hash, verified_at, created_at");
        let mut accounts =
            Rows::of("accounts", "id, tenant, provider, external_id, postal_wanted, postal_told, told_at");
        let mut points = Rows::of("supply_points", "id, tenant, account_id, external_id");
        let mut links = Rows::of("links", "id, tenant, user_id, account_id, delivery, created_at, since");
        let mut copies = Rows::of("copies", "tenant, account_id, kind, as_of");
        for Resident { customer, .. } in people {
            let [user, account] = [ids::UserId::new().uuid(), ids::AccountId::new().uuid()];
            let email: EmailAddress = residents.address(*customer).parse()?;
            let (key, wrapped) = self.masters.generate(user);
            keys.add([user.into(), tenant.into(), wrapped.master.into(), wrapped.wrapped.into(), since.into()]);
            let person = json!({ "email": email.as_str(), "given_name": "Ana", "family_name": customer.name() });
            let sealed = key.seal(&sealing::column("users", "sealed", user), person.to_string().into_bytes());
            users.add([
                user.into(),
                tenant.into(),
                hex::encode(self.lookups.email(&self.tenant, &email)).into(),
                STANDARD_NO_PAD.encode(sealed).into(),
                "sr-Latn".into(),
                "nobody signs in here".into(),
                since.into(),
                since.into(),
            ]);
            accounts.add([
                account.into(),
                tenant.into(),
                PROVIDER.into(),
                customer.account_id().into(),
                "email".into(),
                "email".into(),
                since.into(),
            ]);
            for point in residents.books().points(*customer) {
                let id = ids::SupplyPointId::new().uuid();
                points.add([id.into(), tenant.into(), account.into(), point.into()]);
            }
            let link: Uuid = ids::LinkId::new().uuid();
            links.add([
                link.into(),
                tenant.into(),
                user.into(),
                account.into(),
                "email".into(),
                since.into(),
                since.into(),
            ]);
            copies.add([tenant.into(), account.into(), "invoices".into(), since.into()]);
        }
        // as the hub does it: a key is durable before anything is sealed under it
        keys.write(&self.keys).await?;
        let moving = self.begin().await?;
        for rows in [users, accounts, points, links, copies] {
            rows.write(&moving).await?;
        }
        Ok(moving.commit().await?)
    }

    /// Lets the hub know where it stands in the feed of changes, and the database how much there is.
    async fn settle(self, residents: &Residents) -> anyhow::Result<()> {
        let mut feeds = Rows::of("feeds", "tenant, provider, kind, cursor");
        for (kind, cursor) in residents.books().read_before(residents.period()) {
            feeds.add([TENANT.into(), PROVIDER.into(), kind.into(), cursor.into()]);
        }
        let settling = self.begin().await?;
        feeds.write(&settling).await?;
        settling.commit().await?;
        self.hub.execute_unprepared("ANALYZE").await?;
        self.hub.close().await?;
        Ok(self.keys.close().await?)
    }

    /// On PostgreSQL as whoever the hub is there: rows of another tenant would be refused.
    async fn begin(&self) -> anyhow::Result<DatabaseTransaction> {
        let transaction = self.hub.begin().await?;
        if self.hub.get_database_backend() == DbBackend::Postgres {
            transaction.execute_unprepared(&format!("SET LOCAL ROLE {APP_ROLE}")).await?;
            transaction.execute_unprepared(&format!("SET LOCAL {TENANT_SETTING} = '{TENANT}'")).await?;
        }
        Ok(transaction)
    }
}

/// Rows of one table on their way.
struct Rows {
    table: &'static str,
    columns: &'static str,
    values: Vec<Value>,
    places: Vec<String>,
}

impl Rows {
    fn of(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, values: Vec::new(), places: Vec::new() }
    }

    fn add<const N: usize>(&mut self, row: [Value; N]) {
        let first = self.values.len() + 1;
        let places: Vec<_> = (first..first + N).map(|place| format!("${place}")).collect();
        self.places.push(format!("({})", places.join(", ")));
        self.values.extend(row);
    }

    async fn write(self, database: &impl ConnectionTrait) -> anyhow::Result<()> {
        let Self { table, columns, values, places } = self;
        if places.is_empty() {
            return Ok(());
        }
        let sql = format!("INSERT INTO {table} ({columns}) VALUES {}", places.join(", "));
        let statement = Statement::from_sql_and_values(database.get_database_backend(), sql, values);
        database.execute_raw(statement).await.with_context(|| format!("the rows of {table}"))?;
        Ok(())
    }
}
