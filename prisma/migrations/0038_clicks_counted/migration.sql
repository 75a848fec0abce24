-- Only unique clicks are looked up by visitor, so only they need to be in this index.
DROP INDEX "Click_linkId_visitor_at_idx";
CREATE INDEX "Click_unique_idx" ON "Click"("linkId", "visitor", "at") WHERE "uniqueInHour" AND NOT "bot";
