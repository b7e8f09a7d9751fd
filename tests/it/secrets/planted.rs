//! The secrets, and what was said to whoever was refused.

use tonic::{Response, Status};

/// What nobody may read anywhere.
pub(super) struct Secret {
    pub(super) what: String,
    pub(super) value: String,
    /// Whether the database keeps it as part of a bill's copy, which is the utility's and no secret of the hub's.
    pub(super) is_copied: bool,
}

/// What was planted, and what was told.
#[derive(Default)]
pub(super) struct Planted {
    pub(super) secrets: Vec<Secret>,
    pub(super) told: Vec<String>,
}

impl Planted {
    /// Plants a secret; answers it.
    pub(super) fn plant(&mut self, what: &str, value: impl Into<String>) -> String {
        let value = value.into();
        assert!(value.len() >= 4, "{what} is too short to be searched for");
        assert!(self.secrets.iter().all(|other| other.value != value), "{what} was planted before");
        self.secrets.push(Secret { what: what.to_owned(), value: value.clone(), is_copied: false });
        value
    }

    /// Plants what the copies of bills hold.
    pub(super) fn plant_copied(&mut self, what: &str, value: &str) {
        self.plant(what, value);
        if let Some(secret) = self.secrets.last_mut() {
            secret.is_copied = true;
        }
    }

    /// Plants a code as it is and as it stands in a mail.
    pub(super) fn plant_code(&mut self, what: &str, code: String) -> String {
        self.plant(&format!("{what}, grouped"), format!("{} {}", &code[..4], &code[4..]));
        self.plant(what, code)
    }

    /// Takes a call that must be refused for this reason, and remembers what was told.
    pub(super) fn refused<T: std::fmt::Debug>(
        &mut self,
        reason: &str,
        answer: Result<Response<T>, Status>,
    ) -> anyhow::Result<()> {
        let Err(status) = answer else { anyhow::bail!("nobody was refused for {reason}") };
        let told = format!(
            "{:?} {} {} {:?}",
            status.code(),
            status.message(),
            String::from_utf8_lossy(status.details()),
            status.metadata()
        );
        anyhow::ensure!(told.contains(reason), "another reason than {reason}: {told}");
        self.told.push(told);
        Ok(())
    }
}
