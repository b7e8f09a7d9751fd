"""Values of the contract, read from the billing system's texts: exactly, or not at all."""

import re

from componentize_py_types import Err
from wit_world.imports import komunala_adapter_types as types

DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MONTH = re.compile(r"(\d{4})-(\d{2})")
NUMBER = re.compile(r"(-?\d{1,18})(?:\.(\d{1,12}))?")

# Places of the currencies that this billing system knows.
PLACES = {"RSD": 2, "EUR": 2}


def upstream(what):
    """The billing system answered something that its description does not allow; `what` holds no value of it."""
    return Err(types.Error_Upstream(what))


def matched(pattern, text, what):
    found = pattern.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise upstream(f"not {what}")
    return found


def date(text):
    year, month, day = matched(DATE, text, "a day").groups()
    return types.Date(int(year), int(month), int(day))


def month(text):
    year, number = matched(MONTH, text, "a month").groups()
    return types.Period(int(year), int(number))


def decimal(text):
    whole, places = matched(NUMBER, text, "a number").groups(default="")
    return types.Decimal(int(whole + places), len(places))


def amount(text, currency):
    """Minor units: never a float, and never rounded."""
    if currency not in PLACES:
        raise upstream("an unknown currency")
    number, places = decimal(text), PLACES[currency]
    if number.scale > places:
        raise upstream("an amount with too many places")
    return number.unscaled * 10 ** (places - number.scale)


def some(read, value, *more):
    """What is missing stays missing."""
    return None if value is None else read(value, *more)
