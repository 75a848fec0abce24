-- A creator's own rate may change: what it was stands beside it, so that a sale which is told late still gets the rate of its day.
ALTER TABLE "Creator" ADD COLUMN "rated" JSONB NOT NULL DEFAULT '[]';
