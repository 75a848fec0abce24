-- Points beside money, what they can be given for, and rewards that come by rule within a budget.
CREATE TABLE "PointEntry" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PointEntry_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Reward" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "words" TEXT,
    "cost" INTEGER NOT NULL,
    "stock" INTEGER,
    "minor" BIGINT,
    "approval" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Reward_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Redemption" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "rewardId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "cost" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "note" TEXT,
    "giftId" TEXT,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(3),
    "fulfilledAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Redemption_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RewardRule" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "season" TEXT,
    "minor" BIGINT NOT NULL,
    "budgetMinor" BIGINT NOT NULL,
    "spentMinor" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RewardRule_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RuleReward" (
    "ruleId" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "minor" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RuleReward_pkey" PRIMARY KEY ("ruleId","subject")
);

CREATE UNIQUE INDEX "PointEntry_programId_key_key" ON "PointEntry"("programId", "key");
CREATE INDEX "PointEntry_programId_creatorId_at_idx" ON "PointEntry"("programId", "creatorId", "at");
CREATE INDEX "Reward_programId_closedAt_createdAt_idx" ON "Reward"("programId", "closedAt", "createdAt");
CREATE INDEX "Redemption_programId_state_createdAt_idx" ON "Redemption"("programId", "state", "createdAt");
CREATE INDEX "Redemption_programId_creatorId_createdAt_idx" ON "Redemption"("programId", "creatorId", "createdAt");
CREATE INDEX "RewardRule_programId_state_idx" ON "RewardRule"("programId", "state");
CREATE INDEX "RuleReward_programId_creatorId_idx" ON "RuleReward"("programId", "creatorId");

-- ---------------------------------------------------------------- laws

ALTER TABLE "PointEntry" ADD CONSTRAINT "PointEntry_points_check" CHECK ("points" <> 0);
ALTER TABLE "Reward" ADD CONSTRAINT "Reward_check" CHECK ("kind" IN ('cash', 'credit', 'product', 'early_access', 'feature')
  AND "cost" > 0 AND coalesce("stock" >= 0, true) AND coalesce("minor" > 0, true) AND ("kind" <> 'cash' OR "minor" IS NOT NULL));
ALTER TABLE "Redemption" ADD CONSTRAINT "Redemption_check" CHECK ("state" IN ('asked', 'approved', 'fulfilled', 'declined', 'expired')
  AND "cost" > 0 AND ("state" = 'fulfilled') = ("fulfilledAt" IS NOT NULL));
ALTER TABLE "RewardRule" ADD CONSTRAINT "RewardRule_check" CHECK ("kind" IN ('top', 'row') AND "number" > 0 AND "minor" > 0
  AND "spentMinor" BETWEEN 0 AND "budgetMinor" AND "state" IN ('draft', 'running', 'stopped'));
-- Points were earned or spent by somebody; only a merge says that it was another account of theirs.
CREATE FUNCTION troupe_points_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR ROW(NEW."id", NEW."programId", NEW."points", NEW."kind", NEW."key", NEW."at")
    IS DISTINCT FROM ROW(OLD."id", OLD."programId", OLD."points", OLD."kind", OLD."key", OLD."at") THEN
    RAISE EXCEPTION 'points are append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "PointEntry_append_only" BEFORE UPDATE OR DELETE ON "PointEntry" FOR EACH ROW EXECUTE FUNCTION troupe_points_stay();
CREATE TRIGGER "PointEntry_no_truncate" BEFORE TRUNCATE ON "PointEntry" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

-- ---------------------------------------------------------------- tenants

ALTER TABLE "PointEntry" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PointEntry" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PointEntry" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Reward" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Reward" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Reward" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Redemption" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Redemption" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Redemption" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "RewardRule" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "RewardRule" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "RewardRule" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "RuleReward" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "RuleReward" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "RuleReward" USING ("programId" = current_setting('troupe.program', true));
