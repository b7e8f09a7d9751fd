//! A store of a test's own, and the people who come to it.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::RootSecret,
    ports::{
        Copies, Outbox, Users, Verifications, WriteKey,
        copies::{DocumentCopy, FetchedDocument},
        outbox::{Acceptance, Attempt, Claimed, Room, Step, Whose},
        users::NewRegistration,
    },
    scope::{PortalScope, SystemScope, TenantScope, UserScope, testing},
    sealing::{MasterKey, MasterKeys},
};
use komunala_domain::{
    Channel, EmailAddress, ProviderId, TenantId,
    ids::{AccountId, InvoiceId, MessageId, UserId, VerificationId},
};
use komunala_store::{KeySettings, Store, StoreSettings};
use uuid::Uuid;

use crate::samples;

/// A store, its files, and the time it is there.
pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) settings: StoreSettings,
    /// The address that the store was opened with.
    pub(crate) url: String,
    pub(crate) now: Timestamp,
    /// Goes when the test is over.
    files: tempfile::TempDir,
}

impl Place {
    pub(crate) async fn on_sqlite() -> Self {
        let files = tempfile::tempdir().unwrap();
        let url = sqlite_url(&files);
        Self::open(url, files).await
    }

    pub(crate) async fn on_postgres() -> Self {
        let files = tempfile::tempdir().unwrap();
        let migrate = |url| async {
            let keys = tempfile::tempdir().unwrap();
            Store::migrate(&StoreSettings::new(url, "unused", key_settings(&keys))).await
        };
        let url = komunala_test_postgres::database("migrated", migrate).await.unwrap();
        Self::open(url, files).await
    }

    async fn open(url: String, files: tempfile::TempDir) -> Self {
        let settings = StoreSettings::new(url.clone(), files.path().join("documents"), key_settings(&files));
        // the key store is always this test's own
        Store::migrate(&settings).await.unwrap();
        let store = Store::connect(&settings).await.unwrap();
        // as precise as the databases are
        let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap();
        Self { store, settings, url, now, files }
    }

    /// A document that the billing system answered for an account's bill; `false` where it is another account's too.
    pub(crate) async fn fetched(
        &self,
        user: &UserScope,
        (account, invoice): (AccountId, InvoiceId),
        copy: &DocumentCopy,
    ) -> bool {
        let fetched = [FetchedDocument { invoice, account, copy: copy.clone() }];
        self.store.keep_documents(user.tenant(), &fetched).await.unwrap() == [true]
    }

    /// The address of its key store.
    pub(crate) fn keys_url(&self) -> String {
        format!("sqlite://{}", self.files.path().join("keys.db").display())
    }

    /// The portal of a tenant; it shows the providers `gas` and `water`.
    pub(crate) fn portal(&self, tenant: &str) -> PortalScope {
        let providers: Vec<ProviderId> = vec!["gas".parse().unwrap(), "water".parse().unwrap()];
        testing::portal(tenant.parse().unwrap(), "front".parse().unwrap(), providers)
    }

    pub(crate) fn tenant(&self) -> TenantScope {
        self.portal("ruma").tenant().clone()
    }

    pub(crate) fn system(&self) -> SystemScope {
        testing::system()
    }

    /// Somebody who registered with an account of `gas` and confirmed the address.
    pub(crate) async fn user(&self, name: &str, account: &str) -> UserScope {
        self.user_of("ruma", name, account).await
    }

    pub(crate) async fn user_of(&self, tenant: &str, name: &str, account: &str) -> UserScope {
        let portal = self.portal(tenant);
        let (user, verification) = self.registered_at(&portal, name, account).await;
        assert!(self.store.complete(portal.tenant(), verification, self.now).await.unwrap());
        testing::user(portal, user)
    }

    /// Somebody who registered and has yet to confirm.
    pub(crate) async fn registered(&self, name: &str, account: &str) -> VerificationId {
        self.registered_at(&self.portal("ruma"), name, account).await.1
    }

    async fn registered_at(&self, portal: &PortalScope, name: &str, account: &str) -> (UserId, VerificationId) {
        let new = samples::registration(name, account, self.now);
        let answer = (new.user, new.verification);
        self.store.register(portal, new).await.unwrap();
        answer
    }

    /// Takes every message out of the outbox.
    pub(crate) async fn messages(&self) -> Vec<Claimed> {
        self.messages_at(self.now).await
    }

    /// Takes every message of a channel.
    pub(crate) async fn messages_on(&self, channel: Channel) -> Vec<Claimed> {
        let room = Room { channel, ..room(1000) };
        self.store.claim(&self.system(), room, SignedDuration::from_mins(5), self.now).await.unwrap()
    }

    /// The same at another time.
    pub(crate) async fn messages_at(&self, now: Timestamp) -> Vec<Claimed> {
        let lease = SignedDuration::from_mins(5);
        self.store.claim(&self.system(), room(1000), lease, now).await.unwrap()
    }

    /// A body is about to leave; answers whether that counts.
    pub(crate) async fn data_started(&self, id: MessageId, attempt: u32) -> bool {
        let step = Step::DataStarted(Attempt { id, attempt });
        self.store.step(&self.system(), &[step]).await.unwrap() == [true]
    }

    /// The relay took a message; answers whether that counts.
    pub(crate) async fn accepted(&self, id: MessageId, attempt: u32, queue_id: &str) -> bool {
        let attempt = Attempt { id, attempt };
        let step = Step::Accepted(Acceptance { attempt, queue_id: queue_id.to_owned(), at: self.now });
        self.store.step(&self.system(), &[step]).await.unwrap() == [true]
    }
}

/// Room for so many messages, whatever they are.
pub(crate) fn room(messages: u32) -> Room<'static> {
    Room { channel: Channel::Email, whose: Whose::Everybody, messages, bulk: messages }
}

/// A file that is made when it is opened.
pub(crate) fn sqlite_url(files: &tempfile::TempDir) -> String {
    format!("sqlite://{}?mode=rwc", files.path().join("komunala.db").display())
}

/// A key store in a file that is made when it is opened, under a master key that all tests know.
pub(crate) fn key_settings(files: &tempfile::TempDir) -> KeySettings {
    let url = format!("sqlite://{}?mode=rwc", files.path().join("keys.db").display());
    KeySettings::new(url, masters(&["first"]), &root())
}

/// Master keys of these names, the one that wraps first.
pub(crate) fn masters(names: &[&str]) -> MasterKeys {
    let secret = |name: &str| RootSecret::new(name.repeat(32).into_bytes()).unwrap();
    let keys = names.iter().map(|name| MasterKey::new(name.parse().unwrap(), &secret(name))).collect();
    MasterKeys::new(keys).unwrap()
}

pub(crate) fn root() -> RootSecret {
    RootSecret::new(vec![7; 32]).unwrap()
}

/// A request id that nobody used.
pub(crate) fn key(method: &'static str) -> WriteKey {
    WriteKey { method, request_id: Uuid::now_v7(), fingerprint: [7; 32] }
}

pub(crate) fn email(name: &str) -> EmailAddress {
    format!("{name}@example.rs").parse().unwrap()
}

/// The same registration, by another request.
pub(crate) fn again(new: &NewRegistration) -> NewRegistration {
    NewRegistration {
        user: UserId::new(),
        verification: VerificationId::new(),
        key: key("Register"),
        confirm_mail: samples::message(new.email.as_str(), "again"),
        ..new.clone()
    }
}

pub(crate) fn tenant_id(tenant: &str) -> TenantId {
    tenant.parse().unwrap()
}
