-- Pay creators: where they are paid, batches that two people release, and each payment with its history.
CREATE TABLE "Payee" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL,
    "method" TEXT NOT NULL,
    "shown" TEXT NOT NULL,
    "accountHash" TEXT NOT NULL,
    "emailHash" TEXT,
    "taxForm" TEXT NOT NULL,
    "taxSignedAt" TIMESTAMPTZ(3),
    "billingAt" TIMESTAMPTZ(3),
    "heldUntil" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Payee_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "PayeeChange" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "payeeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "kinds" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PayeeChange_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Batch" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "payday" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "preparedBy" TEXT NOT NULL,
    "confirmedBy" TEXT,
    "confirmedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Batch_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Payment" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "batchId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "firstId" TEXT NOT NULL,
    "payday" TEXT NOT NULL,
    "minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "method" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL,
    "sealed" TEXT NOT NULL,
    "shown" TEXT NOT NULL,
    "accountHash" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "providerRef" TEXT,
    "reason" TEXT,
    "exportedAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "doneAt" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "PaymentEvent" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "paymentId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "note" TEXT,
    "personId" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PaymentEvent_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Payee_programId_creatorId_key" ON "Payee"("programId", "creatorId");
CREATE INDEX "Payee_programId_accountHash_idx" ON "Payee"("programId", "accountHash");
CREATE INDEX "Payee_programId_emailHash_idx" ON "Payee"("programId", "emailHash");
CREATE INDEX "PayeeChange_programId_payeeId_at_idx" ON "PayeeChange"("programId", "payeeId", "at");
CREATE INDEX "Batch_programId_payday_idx" ON "Batch"("programId", "payday");
CREATE UNIQUE INDEX "Payment_programId_reference_key" ON "Payment"("programId", "reference");
CREATE INDEX "Payment_programId_batchId_idx" ON "Payment"("programId", "batchId");
CREATE INDEX "Payment_programId_creatorId_createdAt_idx" ON "Payment"("programId", "creatorId", "createdAt");
CREATE INDEX "Payment_programId_state_idx" ON "Payment"("programId", "state");
CREATE INDEX "PaymentEvent_programId_paymentId_at_idx" ON "PaymentEvent"("programId", "paymentId", "at");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Payee" ADD CONSTRAINT "Payee_method_check" CHECK ("method" IN ('bank', 'paypal', 'wise', 'stripe', 'credit'));
ALTER TABLE "Payee" ADD CONSTRAINT "Payee_tax_check" CHECK ("taxForm" IN ('none', 'w9', 'w8ben'));
ALTER TABLE "Batch" ADD CONSTRAINT "Batch_state_check" CHECK ("state" IN ('prepared', 'confirmed', 'sent', 'settled', 'cancelled'));
-- Nobody releases what they prepared.
ALTER TABLE "Batch" ADD CONSTRAINT "Batch_two_people" CHECK ("confirmedBy" <> "preparedBy");
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_state_check"
  CHECK ("state" IN ('prepared', 'confirmed', 'sending', 'unknown', 'sent', 'settled', 'failed', 'cancelled'));
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_minor_check" CHECK ("minor" > 0);

-- One payment for a creator and a payday, until it has failed or was taken out.
CREATE UNIQUE INDEX "Payment_live_key" ON "Payment" ("programId", "firstId", "payday") WHERE "state" NOT IN ('failed', 'cancelled');

-- What was promised to whom stays as it was prepared, and what is over stays over.
CREATE FUNCTION troupe_payment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Payments are never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW."minor" <> OLD."minor" OR NEW."currency" <> OLD."currency" OR NEW."accountHash" <> OLD."accountHash"
    OR NEW."method" <> OLD."method" OR NEW."firstId" <> OLD."firstId" OR NEW."reference" <> OLD."reference" THEN
    RAISE EXCEPTION 'What a payment says is never edited' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW."state" <> OLD."state" AND OLD."state" IN ('settled', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'A payment that is % stays so', OLD."state" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Payment_kept" BEFORE UPDATE OR DELETE ON "Payment" FOR EACH ROW EXECUTE FUNCTION troupe_payment_kept();

CREATE TRIGGER "PayeeChange_append_only" BEFORE UPDATE OR DELETE ON "PayeeChange" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "PayeeChange_no_truncate" BEFORE TRUNCATE ON "PayeeChange" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "PaymentEvent_append_only" BEFORE UPDATE OR DELETE ON "PaymentEvent" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "PaymentEvent_no_truncate" BEFORE TRUNCATE ON "PaymentEvent" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Payee" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Payee" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Payee" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "PayeeChange" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PayeeChange" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PayeeChange" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Batch" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Batch" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Batch" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Payment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Payment" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Payment" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "PaymentEvent" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PaymentEvent" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PaymentEvent" USING ("programId" = current_setting('troupe.program', true));
