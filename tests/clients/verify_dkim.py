"""Verifies the signatures of the mails of a running demo with a verifier that is not ours (dkimpy).

usage: verify_dkim.py target/demo/demo.json target/debug/komunala

needs: dkimpy, pynacl
"""

import json
import pathlib
import re
import subprocess
import sys

import dkim


def records(komunala, configuration):
    """What the hub's operator is told to publish, as DNS answers it."""
    said = subprocess.run([komunala, "delivery", "dns", "--config", configuration], check=True, capture_output=True)
    found = {}
    for line in said.stdout.decode().splitlines():
        record = re.fullmatch(r"(\S+\._domainkey\.\S+\.) IN TXT (.+)", line)
        if record:
            found[record[1].encode()] = "".join(re.findall(r'"([^"]*)"', record[2])).encode()
    return found


def main(report, komunala):
    demo = json.loads(pathlib.Path(report).read_text())
    published = records(komunala, pathlib.Path(report).with_name("komunala.toml"))
    assert len(published) == 2, published
    verified = 0
    for path in sorted(pathlib.Path(demo["mail_dir"]).glob("*.eml")):
        mail = path.read_bytes()
        checker = dkim.DKIM(mail)
        signatures = sum(name.lower() == b"dkim-signature" for name, _ in checker.headers)
        assert signatures == len(published), f"{path.name} has {signatures} signatures"
        for index in range(signatures):
            answer = dkim.DKIM(mail).verify(idx=index, dnsfunc=lambda name, timeout=5: published.get(name))
            assert answer, f"signature {index} of {path.name} does not verify"
            verified += 1
        changed = dkim.DKIM(mail.replace(b"Subject:", b"Subject: Pay at once,", 1))
        assert not changed.verify(dnsfunc=lambda name, timeout=5: published.get(name)), "a changed mail verifies"
    assert verified >= 2, "the demo has sent no mail"
    print(f"{verified} signatures verify")


main(*sys.argv[1:])
