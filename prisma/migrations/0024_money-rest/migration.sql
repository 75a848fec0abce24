-- What an order was delivered to and a payee lives at as keyed hashes, refunds that a person settled, and notes that correct an invoice.

-- AlterTable
ALTER TABLE "Order" ADD COLUMN "shopperAddress" TEXT;
ALTER TABLE "Payee" ADD COLUMN "addressHash" TEXT;
ALTER TABLE "Refund" ADD COLUMN "settledMinor" BIGINT, ADD COLUMN "settledBy" TEXT, ADD COLUMN "settledAt" TIMESTAMPTZ(3);
ALTER TABLE "Statement" ADD COLUMN "corrects" TEXT;

-- CreateIndex
CREATE INDEX "Payee_programId_addressHash_idx" ON "Payee"("programId", "addressHash");

-- Said by a person, with the amount, the moment and the name together, and never less than nothing.
ALTER TABLE "Refund" ADD CONSTRAINT "Refund_settled_check"
  CHECK (("settledMinor" IS NULL) = ("settledBy" IS NULL) AND ("settledMinor" IS NULL) = ("settledAt" IS NULL) AND coalesce("settledMinor", 0) >= 0);
-- What corrects an invoice has a number of the same row.
ALTER TABLE "Statement" ADD CONSTRAINT "Statement_correction" CHECK ("corrects" IS NULL OR "number" IS NOT NULL);
