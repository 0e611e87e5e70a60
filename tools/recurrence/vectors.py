"""Recurrence rules at random, and what an implementation that is not ours makes of them.

The days come from python-dateutil, on naive local times; the instants from Python's zoneinfo with the package tzdata. Left out is where
dateutil does something else than RFC 5545 says:
- numbered and plain days in one BYDAY: dateutil wants both at once, the RFC either;
- BYSETPOS with FREQ=WEEKLY from a start within the week: dateutil counts from the start, the RFC from the week's first day.

dateutil looks for a next day up to the year 9999, which takes long where a rule names hardly any: here the calendar ends sooner.
"""

import datetime as calendar
import json
import random
import sys
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

# Northern and southern, half hours, clocks that change by half an hour, at midnight, or by a day, and one that never changes.
ZONES = [
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata",
    "Africa/Cairo", "America/St_Johns", "Pacific/Auckland", "Asia/Beirut", "Antarctica/Troll", "UTC",
]
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
# dateutil reads it from there whenever a year is over. Occurrences behind it are not compared.
calendar.MAXYEAR = 2100
# How many occurrences are compared of each rule.
MOST = 40


def some(random, pool, most):
    return sorted(random.sample(pool, random.randint(1, min(most, len(pool)))))


def listed(values):
    return ",".join(str(value) for value in values)


def by_days(random, numbers):
    days = random.sample(WEEKDAYS, random.randint(1, 4))
    if numbers and random.random() < 0.6:
        return listed(f"{random.choice(numbers)}{day}" for day in days)
    return listed(days)


def rule(random, start):
    """A rule's text, of the parts that are supported."""
    frequency = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}"]
    if random.random() < 0.5:
        parts.append(f"INTERVAL={random.choice([2, 2, 3, 4, 5, 7, 12, 31])}")
    selecting = False
    within_year = frequency == "YEARLY"
    if random.random() < 0.35:
        parts.append(f"BYMONTH={listed(some(random, range(1, 13), 4))}")
        selecting, within_year = True, False
    if frequency != "WEEKLY" and random.random() < 0.4:
        days = [*range(1, 32), *range(-31, 0), -1, -1, 29, 30, 31]
        parts.append(f"BYMONTHDAY={listed(some(random, sorted(set(days)), 5))}")
        selecting = True
    if random.random() < 0.5:
        numbers = {"MONTHLY": [1, 2, 3, 4, 5, -1, -2, -5], "YEARLY": [1, 2, 10, 20, 52, 53, -1, -2, -53] if within_year else [1, 2, 5, -1, -4]}
        parts.append(f"BYDAY={by_days(random, numbers.get(frequency))}")
        selecting = True
    if selecting and random.random() < 0.3:
        # Of a day there is one, of a week at most seven.
        pool = {"DAILY": [1, -1], "WEEKLY": [1, 2, -1, -2], "MONTHLY": [1, 2, 3, -1, -2], "YEARLY": [1, 2, 10, -1, -3, -20]}[frequency]
        parts.append(f"BYSETPOS={listed(some(random, pool, 3))}")
    if random.random() < 0.4:
        parts.append(f"WKST={random.choice(WEEKDAYS)}")
    end = random.random()
    if end < 0.3:
        parts.append(f"COUNT={random.choice([1, 2, 3, 10, 25, 100])}")
    elif end < 0.6:
        until = start + timedelta(days=random.choice([0, 1, 7, 40, 400, 2000]), seconds=random.choice([0, 0, -1, 1]))
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%S}")
    random.shuffle(parts)
    return ";".join(parts)


def week_start(text, start):
    """The first day of the week that `start` is in."""
    named = [part.removeprefix("WKST=") for part in text.split(";") if part.startswith("WKST=")]
    first = WEEKDAYS.index(named[0]) if named else 0
    return start - timedelta(days=(start.weekday() - first) % 7)


def vector(random):
    zone = random.choice(ZONES)
    day = date(2000, 1, 1) + timedelta(days=random.randrange(10_000))
    # Often when clocks are changed.
    clock = random.choice([time(0), time(0, 30), time(2), time(2, 30), time(1, 59, 59), time(9), time(23, 59, 59), time(random.randrange(24), random.randrange(60))])
    start = datetime.combine(day, clock)
    text = rule(random, start)
    if "WEEKLY" in text and "BYSETPOS" in text:
        start = week_start(text, start)
    found = list(islice(rrulestr(text, dtstart=start), MOST))
    place = ZoneInfo(zone)
    instants = [at.replace(tzinfo=place, fold=0).astimezone(timezone.utc) for at in found]
    return {
        "rule": text,
        "zone": zone,
        "start": start.isoformat(),
        "local": [at.isoformat() for at in found],
        "instant": [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in instants],
        # Whether there may be more of them before that end of the calendar.
        "more": len(found) == MOST,
        "until": calendar.MAXYEAR,
    }


def main(count=3000, seed=5545):
    source = random.Random(int(seed))
    for _ in range(int(count)):
        print(json.dumps(vector(source), separators=(",", ":")))


if __name__ == "__main__":
    main(*sys.argv[1:])
