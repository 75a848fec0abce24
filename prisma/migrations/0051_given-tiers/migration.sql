-- A tier that was given by hand may be changed or taken back: what it was stands beside it, and what was announced.
ALTER TABLE "Creator" ADD COLUMN "tiered" JSONB NOT NULL DEFAULT '[]', ADD COLUMN "tierThen" TEXT, ADD COLUMN "tierThenAt" TIMESTAMPTZ(3);
CREATE INDEX "Creator_programId_tierThenAt_idx" ON "Creator"("programId", "tierThenAt");
