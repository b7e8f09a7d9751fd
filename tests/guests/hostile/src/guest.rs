//! The interfaces, all of which obey the verb.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    customers::{Customers, Verified},
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::PageRequest,
};

use crate::{answers, exhaustion, folders, network, verb::Verb};

/// The guest.
struct Hostile;

/// Does what is done before an answer.
fn act(verb: Verb) -> Result<(), Error> {
    match verb {
        Verb::Loop => exhaustion::spin(),
        Verb::Recursion => {
            let depth = exhaustion::recursion(0);
            return Err(Error::upstream(depth));
        }
        Verb::Memory => exhaustion::memory(),
        Verb::Table => exhaustion::table(),
        Verb::Resources => exhaustion::resources(),
        Verb::Logs => exhaustion::logs(),
        Verb::Sleep => exhaustion::sleep(),
        Verb::Panic => panic!("as told"),
        Verb::GzipBomb => {
            let response = network::act(verb)?;
            let bytes = response.as_ref().map(network::unpack).unwrap_or_default();
            return Err(Error::upstream(format_args!("unpacked {} bytes", bytes.len())));
        }
        Verb::Request
        | Verb::Silence
        | Verb::EndlessBody
        | Verb::HugeBody
        | Verb::RequestBody
        | Verb::Requests
        | Verb::ForbiddenHost
        | Verb::MappedLoopback
        | Verb::Redirect
        | Verb::Method
        | Verb::TrapAfterWrite => {
            network::act(verb)?;
        }
        // Those that lie in the answer, and those that have done their deed at the start.
        _ => {}
    }
    Ok(())
}

impl Customers for Hostile {
    fn verify(customer_number: String, _pin: String) -> Result<Verified, Error> {
        let verb = Verb::of_call(&customer_number);
        act(verb)?;
        let account = answers::account(verb, customer_number);
        Ok(Verified { account: account.id })
    }

    fn get_account(account: String) -> Result<Account, Error> {
        let verb = Verb::of_call(&account);
        act(verb)?;
        let answer = answers::account(verb, account);
        Ok(if verb == Verb::Folders { Account { name: folders::reached(), ..answer } } else { answer })
    }
}

impl Invoices for Hostile {
    fn list_invoices(account: String, _filter: InvoiceFilter, page: PageRequest) -> Result<InvoicePage, Error> {
        let verb = Verb::of_call(&account);
        act(verb)?;
        Ok(InvoicePage { items: answers::invoices(verb, &account, page.size), next: None })
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        let verb = Verb::of_call(&invoice);
        act(verb)?;
        Ok(Invoice { id: invoice.clone(), ..answers::invoice(verb, &invoice, 1) })
    }
}

komunala_adapter_sdk::export!(Hostile: customers, invoices);
