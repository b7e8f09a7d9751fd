//! Files that are made up while they are read: customers, bills and lines of a number of customers, nothing of which is
//! held in memory.

use async_trait::async_trait;
use jiff::civil::date;
use komunala_app::ports::{
    BillingError, Call, FileExchange,
    files::{
        FileContent, FilePage, FileRow, HandOver, ListedBill, ListedCustomer, ListedFile, PinVerifier, Portion,
        VerifierScheme,
    },
};
use komunala_domain::{
    Currency, CustomerAccount, Document, ExternalId, Invoice, Money, Period, PostalChannel, SupplyPoint,
    account::{Category, Commodity, Premises},
    invoice::{Discount, DocumentHint, Installment, InvoiceKind, InvoiceLine, PaymentInstruction},
};
use sha2::Digest;

/// Lines of a bill of a building with district heating.
const LINES: [&str; 8] = [
    "Grejanje po povrsini",
    "Topla voda",
    "Hladna voda",
    "Kanalizacija",
    "Odvoz smeca",
    "Odrzavanje zgrade",
    "Naknada za uredjenje",
    "Investiciono odrzavanje",
];

/// A billing system that exchanges files.
pub(crate) struct Generated {
    pub(crate) customers: u64,
    pub(crate) currency: Currency,
}

impl Generated {
    fn money(&self, minor: i64) -> Money {
        Money { minor, currency: self.currency }
    }

    fn number(place: u64) -> String {
        format!("{:010}", 1_000_000 + place)
    }

    fn id(text: &str) -> ExternalId {
        text.parse().expect("a number is an id")
    }

    fn bill_number(place: u64) -> ExternalId {
        Self::id(&format!("2407-{place:09}"))
    }

    fn customer(place: u64) -> FileRow {
        let (number, pin, salt) = (Self::number(place), format!("{:04}", place % 10_000), format!("{place:08x}"));
        let address = format!("Bulevar kralja Aleksandra {}, stan {}, Beograd", place % 400, place % 60);
        let point = SupplyPoint {
            external_id: Self::id(&number),
            point_number: number.clone(),
            eic: None,
            gsrn: None,
            commodity: Commodity::Heat,
            address: None,
            meters: Vec::new(),
            appliances: Vec::new(),
        };
        let account = CustomerAccount {
            external_id: Self::id(&number),
            customer_number: number,
            category: Category::Household,
            name: Some(format!("Petrović Đorđe {place}")),
            premises: Premises { address: Some(address), ..Premises::default() },
            supply_points: vec![point],
        };
        let hash = sha2::Sha256::digest([salt.as_bytes(), pin.as_bytes()].concat()).to_vec();
        let pin = PinVerifier { scheme: VerifierScheme::Sha256SaltPin, salt: salt.into_bytes(), hash };
        let delivery = Some(PostalChannel::Paper);
        FileRow::Customer(Box::new(ListedCustomer { account, pin: Some(pin), delivery }))
    }

    fn bill(&self, place: u64) -> FileRow {
        let total = 350_000 + i64::try_from(place % 1_000_000).unwrap_or(0);
        let id = Self::bill_number(place);
        let invoice = Invoice {
            number: id.to_string(),
            external_id: id,
            kind: InvoiceKind::Invoice,
            period: Period::new(2024, 7).ok(),
            issued: Some(date(2024, 8, 3)),
            issuer: None,
            supply_points: vec![Self::id(&Self::number(place))],
            lines: Vec::new(),
            meter_reads: Vec::new(),
            subtotals: Vec::new(),
            total: self.money(total),
            installments: vec![Installment { amount: self.money(total), due: date(2024, 8, 31) }],
            discounts: vec![Discount { amount: self.money(total / 20), until: date(2024, 8, 20) }],
            buckets: Some(komunala_domain::balance::Buckets {
                overdue: Some(self.money(0)),
                sued: Some(self.money(0)),
                reprogrammed: Some(self.money(0)),
                credit: Some(self.money(0)),
                current: None,
            }),
            payment: Some(PaymentInstruction {
                account: "840000000123456781".to_owned(),
                payee: "Objedinjena naplata".to_owned(),
                model: Some("97".to_owned()),
                reference: Some(format!("42{place:012}")),
                code: Some("189".to_owned()),
                purpose: None,
            }),
            document: DocumentHint::Available,
        };
        let document = Some(format!("PDF_202407_{:03}_001", place % 17));
        FileRow::Bill(Box::new(ListedBill { account: Self::id(&Self::number(place)), invoice, document }))
    }

    fn lines(&self, place: u64) -> FileRow {
        let line = |text: &&str| InvoiceLine {
            code: Some("G01".to_owned()),
            text: (*text).to_owned(),
            quantity: Some(54.into()),
            unit: Some("m2".to_owned()),
            unit_price: Some(78.into()),
            net: None,
            tax_rate: None,
            gross: Some(self.money(94_140)),
        };
        FileRow::Lines(Self::bill_number(place), LINES.iter().map(line).collect())
    }

    fn row(&self, file: &ListedFile, place: u64) -> FileRow {
        match file.content {
            FileContent::Customers => Self::customer(place),
            // every bill, then its lines
            _ if place.is_multiple_of(2) => self.bill(place / 2),
            _ => self.lines(place / 2),
        }
    }

    fn rows_of(&self, file: &ListedFile) -> u64 {
        match file.content {
            FileContent::Customers => self.customers,
            _ => self.customers * 2,
        }
    }
}

#[async_trait]
impl FileExchange for Generated {
    async fn list_files(&self, _: Call, _: Option<&str>, _: u32) -> Result<FilePage, BillingError> {
        let file = |name, content, sequence, is_full| ListedFile {
            id: Self::id(name),
            content,
            sequence,
            fingerprint: "1".to_owned(),
            is_full,
            size: 0,
        };
        let customers = file("KOR_20240803_001", FileContent::Customers, 1, true);
        let bills = file("RAC_20240803_001", FileContent::Invoices, 2, false);
        Ok(FilePage { files: vec![customers, bills], ..FilePage::default() })
    }

    async fn read_file(
        &self,
        _: Call,
        file: &ListedFile,
        since: Option<&str>,
        size: u32,
    ) -> Result<Portion, BillingError> {
        let first = since.map_or(Ok(0), str::parse).map_err(|_| BillingError::NotFound)?;
        let last = (first + u64::from(size)).min(self.rows_of(file));
        let rows = (first..last).map(|place| self.row(file, place)).collect();
        let next = (last < self.rows_of(file)).then(|| last.to_string());
        Ok(Portion { rows, problems: Vec::new(), next })
    }

    async fn read_document(&self, _: Call, _: &ExternalId, _: &str) -> Result<Document, BillingError> {
        Err(BillingError::NotFound)
    }

    async fn hand_over(&self, _: Call) -> Result<HandOver, BillingError> {
        Ok(HandOver::default())
    }
}
