# needs: icalendar==7.3.0 ics==0.7.3 vobject==0.9.9 recurring-ical-events
# reads: iCalendar
import sys
from urllib.request import urlopen

import icalendar
import ics
import recurring_ical_events
import vobject

with urlopen(f"{sys.argv[1]}/calendar/all.ics") as answer:
    body = answer.read()
parsed = icalendar.Calendar.from_ical(body)
count = len(parsed.walk("VEVENT"))
assert len(ics.Calendar(body.decode()).events) == count
other = vobject.readOne(body.decode())
assert other.validate(raiseException=True)
assert len(list(other.vevent_list)) == count
ahead = recurring_ical_events.of(parsed).between("20260101", "20270101")
print(f"{count} entries in each of icalendar, ics and vobject; {len(ahead)} in 2026")
