-- Codes in the shops that differ from what they should take off are found by what they take off, so an offer keeps no mark of its own.

-- A long file of orders is read between two transactions, and shown, before somebody confirms its import.
ALTER TABLE "Import" DROP CONSTRAINT "Import_state_check";
ALTER TABLE "Import" ADD CONSTRAINT "Import_state_check" CHECK ("state" IN ('reading', 'shown', 'running', 'done'));

-- AlterTable
ALTER TABLE "Offer" DROP CONSTRAINT "Offer_check";
ALTER TABLE "Offer" DROP COLUMN "phase", DROP COLUMN "through";
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_check" CHECK ("startsAt" <= "endsAt"
  AND coalesce("percent" BETWEEN 1 AND 100, true) AND coalesce("minor" > 0, true) AND ("percent" IS NULL OR "minor" IS NULL)
  AND coalesce("minimumMinor" > 0, true) AND coalesce("uses" > 0, true)
  AND num_nonnulls("percent", "minor", "words", "destination") > 0);
