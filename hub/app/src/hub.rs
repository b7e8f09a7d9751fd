//! The hub: its ports, its keys and its settings, which every use case is a method of.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use komunala_domain::{Capability, Channel, Provider, ProviderId};
use tokio::sync::Notify;

use crate::{
    account::Stops,
    attachment::Uploads,
    bells::Bells,
    bill_run::DocumentSeats,
    books::ImportedBooks,
    credentials::{AccessTokens, CodeBooks, Keys, KnownDevices, PageLinks, Passwords, RootSecret, UnsubscribeTokens},
    cut_over::CutOvers,
    directory::KeyUses,
    failure::Failure,
    feed::FeedSettings,
    guessing::Guessing,
    notification::Watchers,
    ports::{
        Accounts, AddressChanges, Attachments, Attempts, Audit, BillRuns, BillSheets, BillingError, BillingSystem,
        Clock, CodeImages, Consents, Copies, Documents, Exports, Feeds, Imports, Inbox, Inspection, Intervals, Letters,
        Notifications, OutageNotices, Outages, Payments, PersonKeys, PortalKeys, Problems, Readings, Receipts,
        Requests, Resets, ServiceRequests, Sessions, Subscriptions, Sweeps, Texts, UsageFiles, Users, Verifications,
    },
    refresh::Refreshes,
    roster::Roster,
    scope::{PortalScope, SystemScope},
    sealing::Links,
};

/// The world outside, as the use cases see it.
#[derive(Clone)]
#[allow(missing_docs, reason = "each field is named after its port, which says what it is")]
pub struct Ports {
    pub users: Arc<dyn Users>,
    pub verifications: Arc<dyn Verifications>,
    pub resets: Arc<dyn Resets>,
    pub address_changes: Arc<dyn AddressChanges>,
    pub sessions: Arc<dyn Sessions>,
    pub consents: Arc<dyn Consents>,
    pub attempts: Arc<dyn Attempts>,
    pub attachments: Arc<dyn Attachments>,
    pub service_requests: Arc<dyn ServiceRequests>,
    pub inspection: Arc<dyn Inspection>,
    pub accounts: Arc<dyn Accounts>,
    pub copies: Arc<dyn Copies>,
    pub readings: Arc<dyn Readings>,
    pub intervals: Arc<dyn Intervals>,
    pub outages: Arc<dyn Outages>,
    pub notifications: Arc<dyn Notifications>,
    pub outage_notices: Arc<dyn OutageNotices>,
    pub subscriptions: Arc<dyn Subscriptions>,
    pub payments: Arc<dyn Payments>,
    pub bill_runs: Arc<dyn BillRuns>,
    pub receipts: Arc<dyn Receipts>,
    pub inbox: Arc<dyn Inbox>,
    pub requests: Arc<dyn Requests>,
    pub sweeps: Arc<dyn Sweeps>,
    pub documents: Arc<dyn Documents>,
    pub feeds: Arc<dyn Feeds>,
    pub imports: Arc<dyn Imports>,
    pub problems: Arc<dyn Problems>,
    pub person_keys: Arc<dyn PersonKeys>,
    pub portal_keys: Arc<dyn PortalKeys>,
    pub audit: Arc<dyn Audit>,
    pub exports: Arc<dyn Exports>,
    pub letters: Arc<dyn Letters>,
    pub texts: Arc<dyn Texts>,
    pub code_images: Arc<dyn CodeImages>,
    pub usage_files: Arc<dyn UsageFiles>,
    pub bill_sheets: Arc<dyn BillSheets>,
    pub clock: Arc<dyn Clock>,
}

impl Ports {
    /// A world in which one store keeps everything, and one hand writes letters and short texts.
    pub fn kept_in<S, L>(
        store: &Arc<S>,
        letters: Arc<L>,
        inspection: Arc<dyn Inspection>,
        code_images: Arc<dyn CodeImages>,
        usage_files: Arc<dyn UsageFiles>,
        bill_sheets: Arc<dyn BillSheets>,
        clock: Arc<dyn Clock>,
    ) -> Self
    where
        L: Letters + Texts + 'static,
        S: Users + Verifications + Sessions + Attempts + Accounts + Copies + Readings + Intervals + Outages,
        S: Requests + Sweeps + Documents + Feeds + Imports + Problems + Resets + AddressChanges + Consents,
        S: PersonKeys + PortalKeys + Audit + Exports + Attachments + ServiceRequests + Payments + Subscriptions,
        S: Receipts + Inbox + Notifications + OutageNotices + BillRuns + 'static,
    {
        Self {
            users: store.clone(),
            verifications: store.clone(),
            resets: store.clone(),
            address_changes: store.clone(),
            sessions: store.clone(),
            consents: store.clone(),
            attempts: store.clone(),
            attachments: store.clone(),
            service_requests: store.clone(),
            inspection,
            accounts: store.clone(),
            copies: store.clone(),
            readings: store.clone(),
            intervals: store.clone(),
            outages: store.clone(),
            notifications: store.clone(),
            outage_notices: store.clone(),
            subscriptions: store.clone(),
            payments: store.clone(),
            bill_runs: store.clone(),
            receipts: store.clone(),
            inbox: store.clone(),
            requests: store.clone(),
            sweeps: store.clone(),
            documents: store.clone(),
            feeds: store.clone(),
            imports: store.clone(),
            problems: store.clone(),
            person_keys: store.clone(),
            portal_keys: store.clone(),
            audit: store.clone(),
            exports: store.clone(),
            texts: letters.clone(),
            letters,
            code_images,
            usage_files,
            bill_sheets,
            clock,
        }
    }
}

/// How old a copy may be, and how long a caller waits for a younger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// An older copy is refreshed before it is answered.
    pub fresh_for: Duration,
    /// How long a caller waits for that, unless the deadline is nearer.
    pub wait: Duration,
    /// A copy that is older is as good as none: the provider counts as unreachable.
    pub max_stale: Duration,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            fresh_for: Duration::from_secs(15 * 60),
            wait: Duration::from_secs(3),
            max_stale: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// The hub. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct Hub {
    pub(crate) users: Arc<dyn Users>,
    pub(crate) verifications: Arc<dyn Verifications>,
    pub(crate) resets: Arc<dyn Resets>,
    pub(crate) address_changes: Arc<dyn AddressChanges>,
    pub(crate) sessions: Arc<dyn Sessions>,
    pub(crate) consents: Arc<dyn Consents>,
    pub(crate) attempts: Arc<dyn Attempts>,
    pub(crate) attachments: Arc<dyn Attachments>,
    pub(crate) service_requests: Arc<dyn ServiceRequests>,
    pub(crate) inspection: Arc<dyn Inspection>,
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) copies: Arc<dyn Copies>,
    pub(crate) readings: Arc<dyn Readings>,
    pub(crate) intervals: Arc<dyn Intervals>,
    pub(crate) outages: Arc<dyn Outages>,
    pub(crate) notifications: Arc<dyn Notifications>,
    pub(crate) outage_notices: Arc<dyn OutageNotices>,
    pub(crate) subscriptions: Arc<dyn Subscriptions>,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) bill_runs: Arc<dyn BillRuns>,
    pub(crate) document_seats: DocumentSeats,
    pub(crate) receipts: Arc<dyn Receipts>,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) requests: Arc<dyn Requests>,
    pub(crate) sweeps: Arc<dyn Sweeps>,
    pub(crate) documents: Arc<dyn Documents>,
    pub(crate) feeds: Arc<dyn Feeds>,
    pub(crate) imports: Arc<dyn Imports>,
    pub(crate) problems: Arc<dyn Problems>,
    pub(crate) person_keys: Arc<dyn PersonKeys>,
    pub(crate) portal_keys: Arc<dyn PortalKeys>,
    pub(crate) audit: Arc<dyn Audit>,
    pub(crate) exports: Arc<dyn Exports>,
    pub(crate) links: Links,
    pub(crate) letters: Arc<dyn Letters>,
    pub(crate) texts: Arc<dyn Texts>,
    pub(crate) code_images: Arc<dyn CodeImages>,
    pub(crate) usage_files: Arc<dyn UsageFiles>,
    pub(crate) bill_sheets: Arc<dyn BillSheets>,
    pub(crate) clock: Arc<dyn Clock>,
    roster: Arc<ArcSwap<Roster>>,
    pub(crate) key_uses: KeyUses,
    pub(crate) keys: Arc<Keys>,
    pub(crate) access_tokens: Arc<AccessTokens>,
    pub(crate) codes: Arc<CodeBooks>,
    pub(crate) known_devices: Arc<KnownDevices>,
    pub(crate) unsubscribe_tokens: Arc<UnsubscribeTokens>,
    pub(crate) passwords: Passwords,
    pub(crate) page_links: Arc<PageLinks>,
    /// Where the pages of the hub are, if it serves any: an address without a slash at its end.
    pub(crate) pages_at: Option<Arc<str>>,
    pub(crate) stops: Stops,
    pub(crate) refreshes: Refreshes,
    pub(crate) uploads: Uploads,
    pub(crate) watchers: Watchers,
    pub(crate) freshness: Freshness,
    pub(crate) feed: FeedSettings,
    pub(crate) guessing: Guessing,
    /// The cut-overs that are done with.
    pub(crate) cut_overs: Arc<CutOvers>,
    pub(crate) bells: Bells,
}

impl Hub {
    /// Puts the hub together. It serves nobody until it is given a roster.
    pub fn new(ports: Ports, root: &RootSecret, freshness: Freshness) -> Self {
        let keys = Keys::derive(root);
        Self {
            users: ports.users,
            verifications: ports.verifications,
            resets: ports.resets,
            address_changes: ports.address_changes,
            sessions: ports.sessions,
            consents: ports.consents,
            attempts: ports.attempts,
            attachments: ports.attachments,
            service_requests: ports.service_requests,
            inspection: ports.inspection,
            uploads: Uploads::default(),
            watchers: Watchers::default(),
            accounts: ports.accounts,
            copies: ports.copies,
            readings: ports.readings,
            intervals: ports.intervals,
            outages: ports.outages,
            notifications: ports.notifications,
            outage_notices: ports.outage_notices,
            subscriptions: ports.subscriptions,
            payments: ports.payments,
            bill_runs: ports.bill_runs,
            document_seats: DocumentSeats::default(),
            receipts: ports.receipts,
            inbox: ports.inbox,
            requests: ports.requests,
            sweeps: ports.sweeps,
            documents: ports.documents,
            feeds: ports.feeds,
            imports: ports.imports,
            problems: ports.problems,
            person_keys: ports.person_keys,
            portal_keys: ports.portal_keys,
            key_uses: KeyUses::default(),
            audit: ports.audit,
            exports: ports.exports,
            links: Links::new(root),
            letters: ports.letters,
            texts: ports.texts,
            code_images: ports.code_images,
            usage_files: ports.usage_files,
            bill_sheets: ports.bill_sheets,
            clock: ports.clock,
            roster: Arc::default(),
            access_tokens: Arc::new(AccessTokens::new(&keys)),
            codes: Arc::new(CodeBooks::new(&keys)),
            known_devices: Arc::new(KnownDevices::new(&keys)),
            page_links: Arc::new(PageLinks::new(&keys)),
            pages_at: None,
            unsubscribe_tokens: Arc::new(UnsubscribeTokens::new(&keys)),
            keys: Arc::new(keys),
            passwords: Passwords::new(),
            stops: Stops::default(),
            refreshes: Refreshes::default(),
            freshness,
            feed: FeedSettings::default(),
            guessing: Guessing::default(),
            cut_overs: Arc::default(),
            bells: Bells::default(),
        }
    }

    /// Serves this from its first moment on, where there are neither settings files nor an operator: in a test or a bench.
    #[must_use]
    pub fn with_roster(self, roster: Roster) -> Self {
        self.switch(roster);
        self
    }

    /// Takes providers' data in by other settings than the default ones.
    pub fn with_feeds(mut self, settings: FeedSettings) -> Self {
        self.feed = settings;
        self
    }

    /// Lets people fail as often as this.
    pub fn with_guessing(mut self, guessing: Guessing) -> Self {
        self.guessing = guessing;
        self
    }

    /// Serves pages, which are reached at this address.
    pub fn with_pages(mut self, public_url: &str) -> Self {
        self.pages_at = Some(public_url.trim_end_matches('/').into());
        self
    }

    /// The scope of the hub's own workers.
    pub fn system_scope(&self) -> SystemScope {
        SystemScope::new()
    }

    /// The key under which a message's `Message-ID` is made.
    pub fn message_id_key(&self) -> [u8; 32] {
        self.keys.subkey("message-ids")
    }

    /// The key of the tokens in return paths.
    pub fn return_path_key(&self) -> [u8; 32] {
        self.keys.subkey("return-paths")
    }

    /// Rings when a message was enqueued that may go over the channel.
    pub fn bell(&self, channel: Channel) -> Arc<Notify> {
        self.bells.of(channel)
    }

    /// What is served at this moment. Whoever needs two things of it takes it once: the next time it may be another.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster.load_full()
    }

    /// Serves something else from now on. Calls in flight finish with what they took before.
    pub(crate) fn switch(&self, roster: Roster) {
        self.roster.store(Arc::new(roster));
    }

    /// A provider that the portal shows.
    pub(crate) fn provider(&self, scope: &PortalScope, id: &ProviderId) -> Result<Arc<Provider>, Failure> {
        let roster = self.roster();
        let shown = scope.shows(id).then(|| roster.directory.provider(id)).flatten();
        shown.cloned().ok_or(Failure::NotFound("provider"))
    }

    /// What answers for a provider: its billing system, or, where that only exchanges files, the books that the hub has
    /// out of them.
    pub(crate) fn offering(&self, provider: &ProviderId) -> Option<Arc<dyn BillingSystem>> {
        let roster = self.roster();
        let billing = roster.billing.get(provider)?.clone();
        match roster.directory.provider(provider) {
            Some(provider) if billing.capabilities().has(Capability::Files) => {
                Some(Arc::new(ImportedBooks::new(provider.clone(), billing, self.imports.clone(), &self.keys)))
            }
            _ => Some(billing),
        }
    }

    /// A provider's billing system, if it offers `capability`.
    pub(crate) fn billing(
        &self,
        provider: &ProviderId,
        capability: Capability,
    ) -> Result<Arc<dyn BillingSystem>, Failure> {
        self.asked(provider, capability).map_err(|_| Failure::NotOffered(capability))
    }

    /// The same for the hub's own questions, whose errors are a billing system's: what is not offered is what the billing
    /// system itself would refuse.
    pub(crate) fn asked(
        &self,
        provider: &ProviderId,
        capability: Capability,
    ) -> Result<Arc<dyn BillingSystem>, BillingError> {
        let offering = self.offering(provider).filter(|billing| billing.capabilities().has(capability));
        offering.ok_or(BillingError::NotOffered(capability))
    }
}
