-- Commission that explains itself: leads, mirrors, chargebacks, rates with conditions, tiers, limits, other currencies, bonuses.
ALTER TABLE "Order" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'order';
ALTER TABLE "Order" ADD COLUMN "items" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "Order" ADD COLUMN "mirror" JSONB;
ALTER TABLE "Order" ADD COLUMN "ownPurchase" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Order" ADD COLUMN "exchange" TEXT;
ALTER TABLE "Order" ADD COLUMN "exchangeDay" TEXT;
ALTER TABLE "Order" ADD COLUMN "lostAt" TIMESTAMPTZ(3);
ALTER TABLE "Order" ADD COLUMN "note" TEXT;
ALTER TABLE "Order" ADD CONSTRAINT "Order_kind_check" CHECK ("kind" IN ('order', 'lead'));

ALTER TABLE "Line" ADD COLUMN "parts" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "Line" ADD COLUMN "mirror" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Line" ADD COLUMN "cappedBy" TEXT;
ALTER TABLE "Line" ADD COLUMN "raisedBps" INTEGER;
ALTER TABLE "Line" ADD COLUMN "leftBase" BIGINT;
ALTER TABLE "Line" ADD COLUMN "leftMinor" BIGINT;
ALTER TABLE "Line" ADD CONSTRAINT "Line_left_check" CHECK ("leftBase" >= 0 AND "leftMinor" >= 0 AND "raisedBps" BETWEEN 0 AND 10000);
CREATE INDEX "Line_programId_at_idx" ON "Line"("programId", "at");

ALTER TABLE "Refund" ADD COLUMN "whole" BIGINT;
ALTER TABLE "Refund" ADD COLUMN "cumulative" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Refund" ADD COLUMN "taken" BIGINT;
ALTER TABLE "Refund" ADD CONSTRAINT "Refund_share_check" CHECK ("whole" > 0 AND "taken" >= 0);

ALTER TABLE "Creator" ADD COLUMN "earnedTier" TEXT;
ALTER TABLE "Creator" ADD COLUMN "earnedAt" TIMESTAMPTZ(3);
ALTER TABLE "Creator" ADD COLUMN "earnedUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "FxRate" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "rate" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FxRate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateRule" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tier" TEXT,
    "skus" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "skuPrefix" TEXT,
    "via" TEXT,
    "customer" TEXT,
    "tag" TEXT,
    "rateBps" INTEGER,
    "fixedMinor" BIGINT,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RateRule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Bonus" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "givenBy" TEXT NOT NULL,
    "decidedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Bonus_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Chargeback" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "orderExternalId" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "told" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Chargeback_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "FxRate_programId_currency_day_key" ON "FxRate"("programId", "currency", "day");
CREATE INDEX "RateRule_programId_from_idx" ON "RateRule"("programId", "from");
CREATE INDEX "Bonus_programId_creatorId_createdAt_idx" ON "Bonus"("programId", "creatorId", "createdAt");
CREATE UNIQUE INDEX "Chargeback_programId_source_externalId_key" ON "Chargeback"("programId", "source", "externalId");
CREATE INDEX "Chargeback_programId_source_orderExternalId_idx" ON "Chargeback"("programId", "source", "orderExternalId");

ALTER TABLE "RateRule" ADD CONSTRAINT "RateRule_pay_check" CHECK (
  ("rateBps" IS NULL) <> ("fixedMinor" IS NULL) AND coalesce("rateBps" BETWEEN 0 AND 10000, true) AND coalesce("fixedMinor" >= 0, true)
  AND coalesce("via" IN ('code', 'click', 'customer'), true) AND coalesce("customer" IN ('new', 'returning'), true));
ALTER TABLE "Bonus" ADD CONSTRAINT "Bonus_check" CHECK ("minor" > 0 AND "state" IN ('waiting', 'given', 'refused'));
ALTER TABLE "Chargeback" ADD CONSTRAINT "Chargeback_outcome_check" CHECK ("outcome" IN ('open', 'won', 'lost'));

ALTER TABLE "FxRate" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "FxRate" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "FxRate" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "RateRule" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "RateRule" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "RateRule" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Bonus" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Bonus" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Bonus" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Chargeback" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Chargeback" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Chargeback" USING ("programId" = current_setting('troupe.program', true));

-- What refunds left until today, program by program, for no row is seen without its program.
DO $$
DECLARE program TEXT;
BEGIN
  FOR program IN SELECT id FROM "Program" LOOP
    PERFORM set_config('troupe.program', program, true);
    UPDATE "Refund" SET "taken" = "base" WHERE "programId" = program AND "appliedAt" IS NOT NULL;
    UPDATE "Line" l SET
      "leftBase" = CASE WHEN o."cancelledAt" IS NOT NULL THEN 0 ELSE greatest(0, l."base" - r.base) END,
      "leftMinor" = greatest(0, l."minor" - coalesce((SELECT sum(t."minor") FROM "Transfer" t
        WHERE t."programId" = program AND t."key" LIKE 'refund:%' AND split_part(t."key", ':', 3) = l.id), 0))
    FROM "Order" o LEFT JOIN LATERAL (SELECT coalesce(sum(f."base"), 0) AS base FROM "Refund" f WHERE f."programId" = program
      AND f."source" = o."source" AND f."orderExternalId" = o."externalId" AND f."appliedAt" IS NOT NULL) r ON true
    WHERE o."id" = l."orderId" AND l."programId" = program AND (r.base > 0 OR o."cancelledAt" IS NOT NULL);
  END LOOP;
  PERFORM set_config('troupe.program', '', true);
END $$;
