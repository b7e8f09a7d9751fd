"""Does the customer's whole story against a running demo, knowing nothing of the API but what reflection tells.

usage: reflection_story.py target/demo/demo.json

needs: grpcio, grpcio-reflection, protobuf, lxml
"""

import datetime
import email
import email.policy
import hashlib
import json
import pathlib
import re
import sys
import time
import uuid

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from lxml import etree

EMAIL = "bojan.reflection@example.rs"
PASSWORD = "eleven blue water pipes"


class Portal:
    """Calls methods by name with dicts."""

    def __init__(self, demo):
        self.channel = grpc.insecure_channel(demo["api"])
        self.pool = DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        self.metadata = [("x-portal-key", demo["portal_key"])]

    def sign_in(self, token):
        self.metadata = self.metadata[:1] + [("authorization", f"Bearer {token}")]

    def call(self, service, method, **request):
        found = self.pool.FindServiceByName(f"komunala.v1.{service}").FindMethodByName(method)
        asks, answers = GetMessageClass(found.input_type), GetMessageClass(found.output_type)
        make = self.channel.unary_stream if found.server_streaming else self.channel.unary_unary
        stub = make(
            f"/komunala.v1.{service}/{method}",
            request_serializer=asks.SerializeToString,
            response_deserializer=answers.FromString,
        )
        answer = stub(ParseDict(request, asks()), metadata=self.metadata, timeout=20)
        return list(answer) if found.server_streaming else MessageToDict(answer, preserving_proto_field_name=True)


def code_from_mail(folder, recipient):
    for _ in range(200):
        for path in sorted(pathlib.Path(folder).glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if recipient in (mail["To"] or ""):
                text = mail.get_body(("plain",)).get_content()
                return re.sub(r"\D", "", re.search(r"\d{4} ?\d{4}", text).group())
        time.sleep(0.1)
    raise SystemExit("no mail came")


def checked_green_button(feed):
    """Holds every resource of a feed against the schema of ESPI; answers how many values there are."""
    espi = pathlib.Path(__file__).parent / "espi" / "usage.xsd"
    schema = etree.XMLSchema(etree.parse(espi))
    entries = etree.fromstring(feed).findall("{*}entry")
    for entry in entries:
        (resource,) = entry.find("{*}content")
        schema.assertValid(etree.fromstring(etree.tostring(resource)))
    return sum(len(entry.findall(".//{*}IntervalReading")) for entry in entries)


def accepted(portal, provider):
    """The documents that a provider wants to be accepted."""
    shown = portal.call("ProviderService", "GetProvider", name=f"providers/{provider}")
    return [{"document": d["document"], "version": d["version"]} for d in shown["documents"]]


def settle(portal, demo, address, bill):
    """Registers with a paper bill of the gas utility, confirms the address and signs in."""
    portal.call(
        "AccountService",
        "Register",
        provider="gas-ruma",
        customer_number=bill["customer_number"],
        pin=bill["pin"],
        email=address,
        password=PASSWORD,
        given_name="Бојан",
        family_name="Рефлексић",
        language_code="sr-Cyrl",
        bill_delivery="BILL_DELIVERY_EMAIL_AND_PAPER",
        accepted_documents=accepted(portal, "gas-ruma"),
        request_id=str(uuid.uuid4()),
    )
    portal.call("AccountService", "VerifyEmail", email=address, code=code_from_mail(demo["mail_dir"], address))
    session = portal.call("AccountService", "SignIn", email=address, password=PASSWORD, remember_me=True)
    portal.sign_in(session["access_token"])


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text())
    portal = Portal(demo)
    bill = demo["providers"]["gas-ruma"]["customers"][3]
    settle(portal, demo, EMAIL, bill)

    account = portal.call("AccountService", "ListAccounts")["accounts"][0]
    assert account["customer_number"] == bill["customer_number"], account
    invoices = portal.call("InvoiceService", "ListInvoices", parent="providers/-/accounts/-", page_size=200)["invoices"]
    assert len(invoices) == 24 and "as_of_time" in invoices[0], len(invoices)
    chunks = portal.call("InvoiceService", "DownloadInvoice", name=invoices[0]["name"])
    pdf = b"".join(chunk.chunk for chunk in chunks)
    assert pdf.startswith(b"%PDF-") and hashlib.sha256(pdf).hexdigest() == chunks[0].sha256
    portal.call("InvoiceService", "GetBalance", name=account["name"])
    card = portal.call("InvoiceService", "ListLedgerEntries", parent=account["name"])
    assert card["entries"], card

    meter = portal.call("ReadingService", "ListMeters", parent=account["name"])["meters"][0]
    readings = portal.call("ReadingService", "ListReadings", parent=meter["name"])["readings"]
    parent = account["supply_points"][0]["name"]
    months = portal.call("ReadingService", "GetStatistics", parent=parent)["buckets"]
    assert len(months) == 13 and "quantity" in months[-2] and months[0]["unit"] == "m3", months
    pieces = portal.call("ReadingService", "ExportConsumption", parent=parent, format="CONSUMPTION_FORMAT_GREEN_BUTTON")
    values = checked_green_button(b"".join(piece.chunk for piece in pieces))
    assert pieces[0].media_type == "application/atom+xml" and values >= 12, values

    state = int(readings[0]["registers"][0]["value"]["value"])
    day = datetime.datetime.now(datetime.timezone.utc).date()
    taken = portal.call(
        "ReadingService",
        "SubmitReading",
        parent=meter["name"],
        reading_date={"year": day.year, "month": day.month, "day": day.day},
        registers=[{"code": meter["registers"][0]["code"], "value": {"value": str(state + 5)}}],
        # five units may be little for the weeks since the last reading
        confirmed=True,
        request_id=str(uuid.uuid4()),
    )
    print(f"24 invoices, {len(pdf)} bytes of PDF, {values} values as Green Button, a reading {taken['state']}")


if __name__ == "__main__":
    main()
