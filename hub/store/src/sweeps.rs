//! Sweeping away what is over.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError, Sweeps,
        sweeps::Remains::{
            self, Attachments, Attempts, Challenges, IncomingTexts, Messages, Notifications, RequestIds, Sessions,
            Verifications,
        },
    },
    scope::SystemScope,
};

use crate::{
    Store,
    columns::{micros, uuid},
    database::{Rows, Tx},
};

#[async_trait]
impl Sweeps for Store {
    async fn sweep(&self, _: &SystemScope, what: Remains, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let (operation, table, key, over) = sweep(what);
        if what == Messages {
            self.forget_own_keys(over, before).await?;
        }
        // said twice: a row that somebody renews between the two is looked at again, and stays
        let sql = &format!(
            "DELETE FROM {table} WHERE {over} < $1 AND ({key}) IN
               (SELECT {key} FROM {table} WHERE {over} < $1 ORDER BY {key} LIMIT $2 + 0)"
        );
        let values = &[micros(before).into(), i64::from(limit).into()];
        // the totals of a run outlive its messages
        let ended = &format!(
            "UPDATE bill_run_items SET ended = (SELECT m.state FROM messages m WHERE m.id = bill_run_items.id)
             WHERE id IN (SELECT id FROM messages WHERE {over} < $1 ORDER BY id LIMIT $2 + 0)"
        );
        let work = |tx: Tx| async move {
            if what == Messages {
                tx.execute(ended, values.to_vec()).await?;
            }
            Ok(tx.execute(sql, values.to_vec()).await?)
        };
        self.database.write(Rows::All, operation, work).await
    }

    async fn sweep_documents(&self, _: &SystemScope, limit: u32) -> Result<u64, StoreError> {
        self.sweep_forgotten(limit).await
    }
}

impl Store {
    /// Forgets the keys of messages that have one of their own and are about to go, where a dead hub left them.
    async fn forget_own_keys(&self, over: &str, before: Timestamp) -> Result<(), StoreError> {
        let sql = format!("SELECT id FROM messages WHERE owner_id = id AND {over} < $1");
        let values = vec![micros(before).into()];
        let rows = self.database.select(Rows::All, "store.sweep_message_keys", sql, values).await?;
        let over: Result<Vec<_>, _> = rows.iter().map(|row| uuid("message", row, 0)).collect();
        self.database.vault().forget_all(&over?).await
    }
}

/// The operation, the table, its key, and the condition whose left side is when a row was over; each has an index.
fn sweep(what: Remains) -> (&'static str, &'static str, &'static str, &'static str) {
    match what {
        RequestIds => ("store.sweep_requests", "requests", "tenant, method, request_id", "created_at"),
        Attachments => {
            ("store.sweep_attachments", "attachments", "id", "request_id IS NULL AND reading_id IS NULL AND created_at")
        }
        Attempts => ("store.sweep_attempts", "attempts", "tenant, subject", "window_ends"),
        Sessions => ("store.sweep_sessions", "sessions", "id", "COALESCE(ended_at, expires_at)"),
        Verifications => ("store.sweep_verifications", "verifications", "id", "COALESCE(closed_at, expires_at)"),
        Challenges => ("store.sweep_challenges", "challenges", "id", "COALESCE(closed_at, expires_at)"),
        Notifications => ("store.sweep_notifications", "notifications", "id", "created_at"),
        IncomingTexts => ("store.sweep_incoming_texts", "incoming_texts", "id", "received_at"),
        Messages => {
            let over = "state IN ('accepted', 'failed') AND COALESCE(accepted_at, due_at)";
            ("store.sweep_messages", "messages", "id", over)
        }
    }
}
