"""The adapter of a small waste utility: what it offers, a class per capability, named as in the contract."""

from billing import ask, asked, by_status, tell
from componentize_py_types import Err
from values import amount, date, decimal, month, some, upstream
from wit_world import exports
from wit_world.exports import customers, delivery, invoices, requests
from wit_world.imports import account_types as accounts
from wit_world.imports import invoice_types as bills
from wit_world.imports import komunala_adapter_types as types

PDF = "application/pdf"
KINDS = {
    requests.RequestKind.QUESTION: "QUESTION",
    requests.RequestKind.FEEDBACK: "PRAISE",
    requests.RequestKind.COMPLAINT: "COMPLAINT",
    requests.RequestKind.DATA_CHANGE: "CHANGE",
}
CHANNELS = {types.DeliveryChannel.PAPER: "POST", types.DeliveryChannel.EMAIL: "EMAIL"}


def strictly(read, wire):
    """Reads an answer; a field that is missing or of another type is the billing system's mistake."""
    try:
        return read(wire)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise upstream("a field is missing or of another type") from None


def rejected(field, code, message):
    return Err(types.Error_Rejected([types.FieldViolation(field, code, message)]))


class Customers(exports.Customers):
    def verify(self, customer_number, pin):
        answer = asked("POST", ["customers", "verify"], body={"number": customer_number, "pin": pin})
        if 200 <= answer.status < 300:
            return strictly(lambda wire: customers.Verified(wire["customer"]), answer.json())
        # one answer for an unknown number, a wrong PIN and a lock
        if answer.status in (400, 403, 404, 423):
            raise Err(types.Error_BadCredentials())
        raise by_status(answer)

    def get_account(self, account):
        wire = ask(["customers", account]).json()
        if wire.get("id") != account:
            raise upstream("a customer that was not asked for")
        return strictly(account_of, wire)


def account_of(wire):
    def place(place):
        containers = [accounts.Appliance(it["kind"], None, it["count"]) for it in place["containers"]]
        return accounts.SupplyPoint(
            place["no"], place["no"], accounts.Commodity.WASTE, None, None, place["address"], [], containers
        )

    premises = accounts.Premises(wire["address"], None, None, None)
    points = [place(it) for it in wire["places"]]
    return accounts.Account(wire["id"], wire["number"], None, wire["name"], premises, None, points)


class Invoices(exports.Invoices):
    def list_invoices(self, account, filter, page):
        start = 0
        if page.cursor is not None:
            if not page.cursor.isascii() or not page.cursor.isdigit() or len(page.cursor) > 9:
                raise rejected("page.cursor", "malformed", "not a cursor of this list")
            start = int(page.cursor)
        listed = ask(["customers", account, "bills"], query=f"?from={start}&count={page.size}").json()
        distinct = strictly(lambda wire: {bill["no"]: bill for bill in wire["bills"]}, listed)
        items = [strictly(invoice_of, bill) for bill in distinct.values()]
        more = strictly(lambda wire: wire["more"], listed)
        items = [invoice for invoice in items if is_wanted(invoice, filter)]
        return invoices.InvoicePage(items, str(start + page.size) if more else None)

    def get_invoice(self, invoice):
        bill = ask(["bills", invoice]).json()
        if bill.get("no") != invoice:
            raise upstream("a bill that was not asked for")
        return strictly(invoice_of, bill)


def is_wanted(invoice, filter):
    match filter:
        case invoices.InvoiceFilter_Issued(span):
            value, key = invoice.issued, lambda day: (day.year, day.month, day.day)
        case invoices.InvoiceFilter_Periods(span):
            value, key = invoice.period, lambda month: (month.year, month.month)
        case _:
            return True
    return (span.first is None or key(span.first) <= key(value)) and (span.last is None or key(value) <= key(span.last))


def invoice_of(bill):
    currency = bill["currency"]

    def line(line):
        quantity = some(decimal, line["quantity"])
        return bills.InvoiceLine(
            code=line["code"],
            text=line["text"],
            quantity=None if quantity is None else types.Quantity(quantity, line["unit"] or "pcs"),
            unit_price=None,
            net=some(amount, line["net"], currency),
            vat_rate=some(decimal, line["vat_rate"]),
            vat=None,
            gross=some(amount, line["gross"], currency),
        )

    def payment(wire):
        return bills.PaymentInstruction(wire["account"], None, wire["model"], wire["reference"], None, None)

    total = amount(bill["total"], currency)
    return bills.Invoice(
        id=bill["no"],
        account=bill["customer"],
        number=bill["no"],
        kind=bills.InvoiceKind.INVOICE,
        period=month(bill["month"]),
        issued=date(bill["issued"]),
        available_from=None,
        issuer=None,
        supply_points=bill["places"],
        lines=[line(it) for it in bill["lines"]],
        subtotals=[],
        total=total,
        signed_total=False,
        currency=currency,
        installments=[bills.Installment(1, total, some(date, bill["due"]))],
        discounts=[],
        buckets=[],
        payment=some(payment, bill["payment"]),
        reads=[],
        document_types=[PDF],
    )


class Documents(exports.Documents):
    def fetch_document(self, invoice, media_type):
        if media_type != PDF:
            raise rejected("media-type", "not-offered", f"only {PDF}")
        content = ask(["bills", invoice, "pdf"], headers=[("accept", PDF)]).body
        # a page that says "try later" with status 200 must never go out as somebody's bill
        if not content.startswith(b"%PDF-"):
            raise upstream("a document that is no PDF")
        return types.Document(PDF, content)


class Delivery(exports.Delivery):
    def set_channel(self, account, channel, key):
        held = tell("PUT", ["customers", account, "delivery"], {"by": CHANNELS[channel]})
        if held.get("by") != CHANNELS[channel]:
            raise Err(types.Error_Conflict("the billing system holds another channel"))
        return delivery.Acknowledgement.APPLIED

    def get_channel(self, account):
        held = ask(["customers", account, "delivery"]).json().get("by")
        for channel, by in CHANNELS.items():
            if by == held:
                return channel
        raise upstream("an unknown channel")


class Requests(exports.Requests):
    def create_request(self, request, key):
        message = {
            "customer": request.account,
            "kind": KINDS[request.kind],
            "subject": request.subject,
            "text": request.text,
        }
        taken = tell("POST", ["messages"], message, headers=[("idempotency-key", key)])
        if not isinstance(taken.get("message"), str):
            raise Err(types.Error_OutcomeUnknown("an answer to a write that cannot be read"))
        return taken["message"]
