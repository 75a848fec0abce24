-- Somebody who came in by two doors turns out to be one person: the row that was given up says which one stays.
ALTER TABLE "Membership" ADD COLUMN "mergedInto" TEXT;
ALTER TABLE "Creator" ADD COLUMN "mergedInto" TEXT;
CREATE INDEX "Creator_mergedInto_idx" ON "Creator"("mergedInto");

-- Whoever was given up may do nothing any more.
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_merged_check" CHECK ("mergedInto" IS NULL OR ("role" = 'anyone' AND "mergedInto" <> "personId"));
ALTER TABLE "Creator" ADD CONSTRAINT "Creator_merged_check" CHECK ("mergedInto" IS NULL OR ("state" = 'left' AND "mergedInto" <> "id"));

-- Test orders are booked in a program of their own, one for each real program.
ALTER TABLE "Program" ADD COLUMN "testOf" TEXT;
CREATE UNIQUE INDEX "Program_testOf_key" ON "Program"("testOf");

-- Wrong codes are counted for whoever gave them, in all processes and over every restart.
CREATE TABLE "Guess" (
    "who" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Guess_pkey" PRIMARY KEY ("who")
);
