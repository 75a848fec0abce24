-- Offers follow a calendar on links and codes that stay the same; a program may have several shops of a kind; Stripe accounts are set up
-- with Stripe itself; a payment that bounced after it had arrived is booked back; gift codes are kept sealed.
CREATE TABLE "Offer" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "percent" INTEGER,
    "minor" BIGINT,
    "words" TEXT,
    "destination" TEXT,
    "minimumMinor" BIGINT,
    "uses" INTEGER,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'planned',
    "through" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Offer_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "OfferFor" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "offerId" TEXT NOT NULL,
    "who" TEXT NOT NULL,
    "target" TEXT NOT NULL DEFAULT '',
    "links" BOOLEAN NOT NULL,
    "codes" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OfferFor_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "StripeAccount" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL,
    "submitted" BOOLEAN NOT NULL DEFAULT false,
    "chargesEnabled" BOOLEAN NOT NULL DEFAULT false,
    "payoutsEnabled" BOOLEAN NOT NULL DEFAULT false,
    "transfers" TEXT NOT NULL DEFAULT 'inactive',
    "due" INTEGER NOT NULL DEFAULT 0,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StripeAccount_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "Touch" ADD COLUMN "offerId" TEXT;
ALTER TABLE "Order" ADD COLUMN "offerId" TEXT;
ALTER TABLE "RateRule" ADD COLUMN "offer" TEXT;
ALTER TABLE "ShopCode" ADD COLUMN "terms" TEXT;
ALTER TABLE "ShopCode" ADD COLUMN "oldRefs" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "Payment" ADD COLUMN "bouncedAt" TIMESTAMPTZ(3);
ALTER TABLE "Payment" ADD COLUMN "gift" TEXT;

CREATE INDEX "Offer_programId_endsAt_idx" ON "Offer"("programId", "endsAt");
CREATE UNIQUE INDEX "OfferFor_offerId_who_target_links_codes_key" ON "OfferFor"("offerId", "who", "target", "links", "codes");
CREATE INDEX "OfferFor_programId_who_target_idx" ON "OfferFor"("programId", "who", "target");
CREATE UNIQUE INDEX "StripeAccount_programId_creatorId_key" ON "StripeAccount"("programId", "creatorId");
CREATE INDEX "Order_programId_offerId_idx" ON "Order"("programId", "offerId");

-- ---------------------------------------------------------------- laws

-- A rate that speaks of an offer names it, so no two have one name.
CREATE UNIQUE INDEX "Offer_name_key" ON "Offer" ("programId", lower("name"));
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_check" CHECK ("startsAt" <= "endsAt" AND "phase" IN ('planned', 'running', 'ended')
  AND coalesce("percent" BETWEEN 1 AND 100, true) AND coalesce("minor" > 0, true) AND ("percent" IS NULL OR "minor" IS NULL)
  AND coalesce("minimumMinor" > 0, true) AND coalesce("uses" > 0, true)
  AND num_nonnulls("percent", "minor", "words", "destination") > 0);
ALTER TABLE "OfferFor" ADD CONSTRAINT "OfferFor_check" CHECK ("who" IN ('all', 'tag', 'creator') AND ("who" = 'all') = ("target" = '')
  AND ("links" OR "codes"));
ALTER TABLE "StripeAccount" ADD CONSTRAINT "StripeAccount_check" CHECK ("due" >= 0);

-- Of several shops of a kind each is connected once. The second Shopify of a program is the source shopify-2.
CREATE UNIQUE INDEX "Connection_shop_key" ON "Connection" ("programId", split_part("source", '-', 1), lower("shop")) WHERE "shop" IS NOT NULL;

-- What bounced after it had arrived stays settled in its history, and no longer stands for its payday.
DROP INDEX "Payment_live_key";
CREATE UNIQUE INDEX "Payment_live_key" ON "Payment" ("programId", "firstId", "payday")
  WHERE "state" NOT IN ('failed', 'cancelled') AND "bouncedAt" IS NULL;
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_bounced_check" CHECK ("bouncedAt" IS NULL OR "state" = 'settled');

-- Redirects follow the calendar from memory; a changed offer tells every web process at once.
CREATE FUNCTION troupe_offer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('troupe_links', '!offers');
  RETURN NULL;
END $$;
CREATE TRIGGER "Offer_changed" AFTER INSERT OR UPDATE ON "Offer" FOR EACH STATEMENT EXECUTE FUNCTION troupe_offer_changed();
CREATE TRIGGER "OfferFor_changed" AFTER INSERT OR UPDATE OR DELETE ON "OfferFor" FOR EACH STATEMENT EXECUTE FUNCTION troupe_offer_changed();

-- ---------------------------------------------------------------- tenants
-- The redirect reads offers across programs ('*'), as it reads links.
ALTER TABLE "Offer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Offer" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Offer" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
ALTER TABLE "OfferFor" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "OfferFor" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "OfferFor" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
ALTER TABLE "StripeAccount" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "StripeAccount" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "StripeAccount" USING ("programId" = current_setting('troupe.program', true));
