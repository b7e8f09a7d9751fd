//! What the guest can be told to do.

macro_rules! verbs {
    ($($(#[$docs:meta])* $verb:ident = $name:literal,)+) => {
        /// One misdeed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Verb {
            $($(#[$docs])* #[doc = concat!("\n\n`", $name, "`")] $verb,)+
        }

        impl Verb {
            /// By its name; anything that is no verb is an honest call.
            fn parse(name: &str) -> Self {
                match name {
                    $($name => Self::$verb,)+
                    _ => Self::Answer,
                }
            }

            /// The name, which is also the path that is asked for.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$verb => $name,)+
                }
            }
        }
    };
}

verbs! {
    /// No misdeed: an ordinary answer without any request.
    Answer = "answer",
    /// Asks the server once and gives an ordinary answer, or the error of the request.
    Request = "request",

    /// Never returns from a loop.
    Loop = "loop",
    /// Calls itself until the stack is gone.
    Recursion = "recursion",
    /// Grows its memory until it is denied, then aborts as a Rust program does.
    Memory = "memory",
    /// Grows a table until it is denied, then aborts.
    Table = "table",
    /// Returns one string of 200 MB.
    String = "string",
    /// Returns 200 strings that are one and the same megabyte: 200 MB for whoever copies them.
    AliasedStrings = "aliased-strings",
    /// Makes a million resources and drops none.
    Resources = "resources",
    /// Writes 200,000 lines to stdout and as many to stderr, then answers.
    Logs = "logs",
    /// Panics.
    Panic = "panic",

    /// Sleeps for a year in a poll.
    Sleep = "sleep",
    /// Asks a server that never answers.
    Silence = "silence",
    /// Reads a body that never ends, keeping nothing of it.
    EndlessBody = "endless-body",
    /// Reads a body of any length, keeping all of it.
    HugeBody = "huge-body",
    /// Reads a small gzip body and unpacks it in its own memory.
    GzipBomb = "gzip-bomb",
    /// Sends a body of 100 MB.
    RequestBody = "request-body",
    /// Sends requests until one fails, and returns that failure.
    Requests = "requests",
    /// Asks `http://forbidden.example/`.
    ForbiddenHost = "forbidden-host",
    /// Asks the server's port at `[::ffff:127.0.0.1]`.
    MappedLoopback = "mapped-loopback",
    /// Asks the server and follows its `location` wherever that leads.
    Redirect = "redirect",
    /// Asks with the method `DELETE`, which its manifest does not name.
    Method = "method",
    /// Posts something, waits for the answer, and traps.
    TrapAfterWrite = "trap-after-write",

    /// Reaches for files beyond its folders, and answers with the names of what succeeded.
    Folders = "folders",

    /// Answers with another customer's data.
    OtherCustomer = "other-customer",
    /// Answers in a currency that is not the provider's: `XTS`, which ISO 4217 reserves for tests.
    WrongCurrency = "wrong-currency",
    /// Answers with an invoice, no credit note, whose total is below zero.
    NegativeTotal = "negative-total",
    /// Answers with an invoice of the year 9999.
    Year9999 = "year-9999",
    /// Answers with an invoice of a million rows.
    MillionRows = "million-rows",
    /// Answers with twice as many invoices as were asked for.
    TooManyItems = "too-many-items",
    /// Answers with control characters in a name.
    ControlCharacters = "control-characters",

    /// Loops before the first call, while it is instantiated.
    StartLoop = "start-loop",
    /// Sleeps for a year while it is instantiated.
    StartSleep = "start-sleep",
    /// Grows its memory while it is instantiated.
    StartMemory = "start-memory",
}

impl Verb {
    /// The verb of a call whose first argument this is.
    pub(crate) fn of_call(argument: &str) -> Self {
        Self::set().unwrap_or_else(|| Self::parse(argument))
    }

    /// The verb that is set for every call.
    pub(crate) fn set() -> Option<Self> {
        // Not through std: at the start its copy of the environment is not there yet.
        let environment = wasip2::cli::environment::get_environment();
        let (_, name) = environment.iter().find(|(variable, value)| variable == "VERB" && !value.is_empty())?;
        Some(Self::parse(name))
    }
}
