// needs: rss-parser@3.13.0 feedsmith@3.0.1
// reads: RSS, Atom, JSON Feed
import Parser from "rss-parser";
import { parseFeed } from "feedsmith";
const base = process.argv[2];
const counts = [];
for (const form of ["rss", "atom"]) counts.push((await new Parser().parseURL(`${base}/feeds/all.${form}`)).items.length);
for (const form of ["rss", "atom", "json"]) {
  const { format, feed } = parseFeed(await (await fetch(`${base}/feeds/all.${form}`)).text());
  counts.push(`${format} ${(feed.items ?? feed.entries).length}`);
}
console.log(counts.join(", "));
