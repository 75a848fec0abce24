-- What a creator was before, and the tiers they had earned before, so that an order that a shop tells late is judged and paid by the day it
-- was placed on. A default that is a constant rewrites no row.
ALTER TABLE "Creator" ADD COLUMN "stood" JSONB NOT NULL DEFAULT '[]', ADD COLUMN "earnedBefore" JSONB NOT NULL DEFAULT '[]';
