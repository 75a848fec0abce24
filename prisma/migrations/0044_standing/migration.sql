-- What a creator was before, so that an order that a shop tells late is judged by the day it was placed on. A default that is a constant
-- rewrites no row.
ALTER TABLE "Creator" ADD COLUMN "stood" JSONB NOT NULL DEFAULT '[]';
