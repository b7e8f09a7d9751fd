//! A row of `KOR`: a customer.

use komunala_adapter_sdk::{
    Decimal,
    account_types::{Account, Category, Commodity, Premises, SupplyPoint},
    files::{Customer, PinVerifier, VerifierScheme},
    types::DeliveryChannel,
};

use crate::{
    columns::{Columns, Malformed},
    seal::read_hex,
};

/// Columns of a row.
pub(crate) const WIDTH: usize = 400;

/// The customer of a row. Each has one supply point under their own number.
pub(crate) fn read(row: Columns<'_>) -> Result<Customer, Malformed> {
    let number = row.field("the customer number (columns 2 to 11)", 2, 11).word()?;
    let kind = row.field("the kind (column 177)", 177, 177);
    let e_bill = row.field("the e-bill (column 187)", 187, 187);
    Ok(Customer {
        account: Account {
            id: number.clone(),
            customer_number: number.clone(),
            category: match kind.raw() {
                b"S" | b"G" => Some(Category::Household),
                b"P" => Some(Category::Business),
                b" " => None,
                _ => return Err(kind.malformed("is neither S nor G nor P")),
            },
            // cut off after its 40th character, which may be half of a letter: it is not known which
            name: row.field("the name (columns 84 to 123)", 84, 123).text()?.unwrap_or_default(),
            premises: premises(row)?,
            language: None,
            supply_points: vec![SupplyPoint {
                id: number.clone(),
                number,
                commodity: Commodity::Heat,
                eic: None,
                gsrn: None,
                address: None,
                meters: Vec::new(),
                appliances: Vec::new(),
            }],
        },
        pin: verifier(row)?,
        delivery: match e_bill.raw() {
            b"D" => Some(DeliveryChannel::Email),
            b"N" => Some(DeliveryChannel::Paper),
            b" " => None,
            _ => return Err(e_bill.malformed("is neither D nor N")),
        },
    })
}

/// A blank is not known, zeros are zero.
fn premises(row: Columns<'_>) -> Result<Premises, Malformed> {
    let floor_area = row.field("the floor area (columns 178 to 184)", 178, 184).number()?;
    let occupants = row.field("the occupants (columns 185 and 186)", 185, 186).number()?;
    Ok(Premises {
        address: row.field("the address (columns 124 to 173)", 124, 173).text()?,
        municipality: row.field("the municipality (columns 174 to 176)", 174, 176).text()?,
        floor_area: floor_area.map(|hundredths| Decimal::new(hundredths, 2)),
        occupants: occupants.map(|persons| u32::try_from(persons).expect("two digits")),
    })
}

/// The salt goes into the hash as it stands, blanks and all.
fn verifier(row: Columns<'_>) -> Result<Option<PinVerifier>, Malformed> {
    let salt = row.field("the salt (columns 12 to 19)", 12, 19);
    let hash = row.field("the PIN's hash (columns 20 to 83)", 20, 83);
    if salt.is_blank() && hash.is_blank() {
        return Ok(None);
    }
    if !salt.raw().iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(salt.malformed("is not ASCII"));
    }
    let mut digest = vec![0; 32];
    read_hex(hash.raw(), &mut digest).ok_or(hash.malformed("is not the hex of a SHA-256"))?;
    Ok(Some(PinVerifier { scheme: VerifierScheme::Sha256SaltPin, salt: salt.raw().to_vec(), hash: digest }))
}
