-- Seasons with names and prizes, places that are kept as sales come in, badges by rule, shout-outs, and the creator of the week.
ALTER TABLE "Season" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'week';
ALTER TABLE "Season" ADD COLUMN "title" TEXT;
ALTER TABLE "Season" ADD COLUMN "prizes" TEXT;
ALTER TABLE "Season" ADD COLUMN "divisions" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Season" ADD COLUMN "again" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Season" ADD COLUMN "createdBy" TEXT;
ALTER TABLE "Standing" ADD COLUMN "division" TEXT;

CREATE TABLE "Tally" (
    "programId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "value" BIGINT NOT NULL,
    "below" BIGINT NOT NULL,
    "orders" INTEGER NOT NULL,
    "reachedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Tally_pkey" PRIMARY KEY ("programId","period","metric","creatorId")
);

CREATE TABLE "Tallied" (
    "programId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "ranked" INTEGER NOT NULL,

    CONSTRAINT "Tallied_pkey" PRIMARY KEY ("programId","period","metric")
);

CREATE TABLE "Stale" (
    "seq" BIGSERIAL NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,

    CONSTRAINT "Stale_pkey" PRIMARY KEY ("seq")
);

CREATE TABLE "Shout" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "askedBy" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "url" TEXT,
    "state" TEXT NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(3),
    "why" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Shout_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Star" (
    "programId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Star_pkey" PRIMARY KEY ("programId","period")
);

CREATE INDEX "Season_programId_frozenAt_to_idx" ON "Season"("programId", "frozenAt", "to");
CREATE INDEX "Tally_programId_period_metric_below_reachedAt_creatorId_idx" ON "Tally"("programId", "period", "metric", "below", "reachedAt", "creatorId");
CREATE INDEX "Stale_programId_seq_idx" ON "Stale"("programId", "seq");
CREATE INDEX "Shout_programId_state_createdAt_idx" ON "Shout"("programId", "state", "createdAt");
CREATE INDEX "Shout_programId_creatorId_idx" ON "Shout"("programId", "creatorId");
CREATE INDEX "Star_programId_creatorId_idx" ON "Star"("programId", "creatorId");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Season" ADD CONSTRAINT "Season_kind_check" CHECK ("kind" IN ('week', 'month', 'quarter', 'custom') AND "from" < "to");
ALTER TABLE "Tally" ADD CONSTRAINT "Tally_value_check" CHECK ("value" > 0 AND "below" = -"value");
ALTER TABLE "Shout" ADD CONSTRAINT "Shout_check" CHECK ("kind" IN ('shoutout', 'feature') AND "state" IN ('asked', 'approved', 'declined')
  AND ("state" = 'asked') = ("decidedAt" IS NULL));

-- What a frozen season said stays: a merge may give a place to the person it belongs to, and nothing else changes.
CREATE FUNCTION troupe_frozen_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR ROW(NEW."seasonId", NEW."rank", NEW."value", NEW."orders", NEW."reachedAt", NEW."division")
    IS DISTINCT FROM ROW(OLD."seasonId", OLD."rank", OLD."value", OLD."orders", OLD."reachedAt", OLD."division") THEN
    RAISE EXCEPTION 'a place in a frozen season stays as it is' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Standing_frozen" BEFORE UPDATE OR DELETE ON "Standing" FOR EACH ROW EXECUTE FUNCTION troupe_frozen_standing();

-- ---------------------------------------------------------------- whose places are to be counted again

-- Whoever changes what a place is made of leaves the creator's id here, in the same transaction; only ever added, so that nobody waits.
CREATE FUNCTION troupe_stale_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "Stale" ("programId", "creatorId") SELECT DISTINCT "programId", "creatorId" FROM news;
  ELSE
    INSERT INTO "Stale" ("programId", "creatorId")
      SELECT "programId", "creatorId" FROM news UNION SELECT "programId", "creatorId" FROM olds;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Line_stale_insert" AFTER INSERT ON "Line" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_lines();
CREATE TRIGGER "Line_stale_update" AFTER UPDATE ON "Line" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_lines();
CREATE TRIGGER "Submission_stale_insert" AFTER INSERT ON "Submission" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_lines();
CREATE TRIGGER "Submission_stale_update" AFTER UPDATE ON "Submission" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_lines();

CREATE FUNCTION troupe_stale_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Stale" ("programId", "creatorId") SELECT DISTINCT l."programId", l."creatorId" FROM news n JOIN olds o USING ("id")
    JOIN "Line" l ON l."orderId" = n."id"
    WHERE n."cancelledAt" IS DISTINCT FROM o."cancelledAt" OR n."lostAt" IS DISTINCT FROM o."lostAt";
  RETURN NULL;
END $$;
CREATE TRIGGER "Order_stale" AFTER UPDATE ON "Order" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_orders();

CREATE FUNCTION troupe_stale_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Stale" ("programId", "creatorId") SELECT DISTINCT l."programId", l."creatorId" FROM news n
    JOIN "Order" o ON o."programId" = n."programId" AND o."source" = n."source" AND o."externalId" = n."orderExternalId"
    JOIN "Line" l ON l."orderId" = o."id";
  RETURN NULL;
END $$;
CREATE TRIGGER "Refund_stale_insert" AFTER INSERT ON "Refund" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_refunds();
CREATE TRIGGER "Refund_stale_update" AFTER UPDATE ON "Refund" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_refunds();

CREATE FUNCTION troupe_stale_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Stale" ("programId", "creatorId")
    SELECT DISTINCT l."programId", l."creatorId" FROM news n JOIN "Line" l ON l."id" = n."lineId";
  RETURN NULL;
END $$;
CREATE TRIGGER "CaseLine_stale_insert" AFTER INSERT ON "CaseLine" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_cases();
CREATE TRIGGER "CaseLine_stale_update" AFTER UPDATE ON "CaseLine" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_cases();
CREATE TRIGGER "CaseLine_stale_delete" AFTER DELETE ON "CaseLine" REFERENCING OLD TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_cases();

CREATE FUNCTION troupe_stale_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Stale" ("programId", "creatorId")
    SELECT DISTINCT s."programId", s."creatorId" FROM news n JOIN "Submission" s ON s."id" = n."submissionId";
  RETURN NULL;
END $$;
CREATE TRIGGER "PostMetric_stale_insert" AFTER INSERT ON "PostMetric" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_metrics();
CREATE TRIGGER "PostMetric_stale_update" AFTER UPDATE ON "PostMetric" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_metrics();

CREATE FUNCTION troupe_stale_creators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Stale" ("programId", "creatorId") SELECT n."programId", n."id" FROM news n JOIN olds o USING ("id")
    WHERE n."state" IS DISTINCT FROM o."state" OR n."mergedInto" IS DISTINCT FROM o."mergedInto";
  RETURN NULL;
END $$;
CREATE TRIGGER "Creator_stale" AFTER UPDATE ON "Creator" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_stale_creators();

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Tally" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Tally" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Tally" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Tallied" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Tallied" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Tallied" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Stale" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Stale" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Stale" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Shout" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Shout" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Shout" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Star" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Star" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Star" USING ("programId" = current_setting('troupe.program', true));
