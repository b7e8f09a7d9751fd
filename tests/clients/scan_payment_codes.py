"""Scans the payment codes of every utility of a running demo with a reader that is not ours (ZXing).

usage: scan_payment_codes.py target/demo/demo.json

needs: grpcio, grpcio-reflection, protobuf, pillow, zxing-cpp
"""

import base64
import io
import json
import pathlib
import sys
import uuid

import zxingcpp
from PIL import Image
from reflection_story import Portal, accepted, settle

EMAIL = "sonja.skener@example.rs"
PLACE = 6

# versions of the QR code that the schemes prescribe
PRESCRIBED = {
    "PAYMENT_SCHEME_NBS_IPS": range(1, 41),
    "PAYMENT_SCHEME_UPN_QR": range(15, 16),
    "PAYMENT_SCHEME_NBU_003": range(10, 18),
    "PAYMENT_SCHEME_NBU_002": range(1, 41),
    "PAYMENT_SCHEME_EPC069_12": range(1, 14),
}
SCHEMES = {
    "gas-ruma": ["PAYMENT_SCHEME_NBS_IPS"],
    "stambeno-ruma": ["PAYMENT_SCHEME_NBS_IPS"],
    "infostan": ["PAYMENT_SCHEME_NBS_IPS"],
    "chernihivgaz": ["PAYMENT_SCHEME_NBU_003", "PAYMENT_SCHEME_NBU_002"],
    "elektro-gorenjska": ["PAYMENT_SCHEME_UPN_QR", "PAYMENT_SCHEME_EPC069_12"],
}


def payable(portal, provider):
    """The newest bill of a provider that asks for money."""
    parent = f"providers/{provider}/accounts/-"
    bills = portal.call("InvoiceService", "ListInvoices", parent=parent, page_size=200)["invoices"]
    return next(bill for bill in bills if int(bill["total"].get("units", 0)) > 0)


def scan(portal, bill, scheme):
    """The payment code of a bill: what the API says of it and what the reader finds in its picture."""
    code = portal.call("InvoiceService", "GetPaymentCode", name=bill["name"], format="FORMAT_PNG", scheme=scheme)
    assert code["media_type"] == "image/png" and code["scheme"] == scheme, code
    picture = Image.open(io.BytesIO(base64.b64decode(code["image"]))).convert("L")
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, found
    return code, found[0]


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text())
    portal = Portal(demo)
    bills = {provider: demo["providers"][provider]["customers"][PLACE] for provider in SCHEMES}
    settle(portal, demo, EMAIL, bills["gas-ruma"])
    scanned = []
    for provider, schemes in SCHEMES.items():
        if provider != "gas-ruma":
            portal.call(
                "AccountService",
                "LinkAccount",
                provider=provider,
                accepted_documents=accepted(portal, provider),
                request_id=str(uuid.uuid4()),
                **bills[provider],
            )
        bill = payable(portal, provider)
        for scheme in schemes:
            code, found = scan(portal, bill, scheme)
            assert found.text == code["payload"], (found.text, code["payload"])
            assert found.ec_level == "M", found.ec_level
            version = int(found.extra["Version"])
            assert version in PRESCRIBED[scheme], version
            if scheme == "PAYMENT_SCHEME_UPN_QR":
                assert found.bytes == code["payload"].encode("iso-8859-2"), "not ISO-8859-2"
            scanned.append(f"{provider} {scheme.removeprefix('PAYMENT_SCHEME_')} (version {version})")
    print("scanned: " + ", ".join(scanned))


if __name__ == "__main__":
    main()
