// needs: ical.js@2.2.1 node-ical@0.27.2
// reads: iCalendar
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const body = await (await fetch(`${process.argv[2]}/calendar/all.ics`)).text();
const entries = new ICAL.Component(ICAL.parse(body)).getAllSubcomponents("vevent");
const other = Object.values(nodeIcal.sync.parseICS(body)).filter((part) => part.type === "VEVENT");
if (entries.length !== other.length || entries.length === 0) throw new Error(`${entries.length} and ${other.length}`);
console.log(`${entries.length} entries in both; ${entries.map((e) => e.getFirstPropertyValue("status")).join(", ")}`);
