-- Clicks are looked up by visitor only where they are unique, so only those need to be in this index. What it stands for goes with 0040.
CREATE INDEX "Click_unique_idx" ON "Click"("linkId", "visitor", "at") WHERE "uniqueInHour" AND NOT "bot";
