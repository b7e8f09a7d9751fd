//! What can be found about a reading, and what that means for it.

/// Something about a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// The register it concerns, where it concerns one.
    pub register: Option<String>,
}

/// What a finding means for the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The reading is refused.
    Hard,
    /// The reading needs a confirmation.
    Soft,
}

macro_rules! findings {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// What can be found about a reading.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FindingCode {
            $($(#[$doc])* $name,)*
        }

        impl FindingCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code that portals see.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What the finding means for the reading.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

findings! {
    /// The day lies in the future.
    FutureDate = "FUTURE_DATE", Hard;
    /// The provider takes no reading of that day now.
    OutsideWindow = "OUTSIDE_WINDOW", Hard;
    /// The meter replaced another one only after that day.
    BeforeInstallation = "BEFORE_INSTALLATION", Hard;
    /// The meter has no such register.
    UnknownRegister = "UNKNOWN_REGISTER", Hard;
    /// A register of the meter is missing, or named twice: all are read together.
    IncompleteRegisters = "INCOMPLETE_REGISTERS", Hard;
    /// A negative state.
    Negative = "NEGATIVE", Hard;
    /// More digits than the meter shows.
    TooManyDigits = "TOO_MANY_DIGITS", Hard;
    /// More decimal places than the meter shows.
    TooManyDecimals = "TOO_MANY_DECIMALS", Hard;
    /// Lower than the previous state, and no plausible rollover.
    Lower = "LOWER", Hard;
    /// Lower than the previous state because the counter rolled over.
    Rollover = "ROLLOVER", Soft;
    /// Higher than a state of a later day. Which of the two is wrong, the hub cannot know.
    AboveLater = "ABOVE_LATER", Soft;
    /// Far more than was used in the same season a year before.
    High = "HIGH", Soft;
    /// Far less than was used in the same season a year before.
    Low = "LOW", Soft;
}
