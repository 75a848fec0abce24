-- What is said to people unasked: planned once for each local period, one push a day, by the way they chose.

ALTER TABLE "Membership" ADD COLUMN "reach" TEXT NOT NULL DEFAULT 'chat';
ALTER TABLE "Membership" ADD COLUMN "muted" TEXT[] DEFAULT ARRAY[]::TEXT[];

CREATE TABLE "PushDay" (
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PushDay_pkey" PRIMARY KEY ("programId", "personId", "day")
);

CREATE TABLE "Message" (
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "why" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "doneAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Message_pkey" PRIMARY KEY ("programId", "personId", "kind", "period")
);

CREATE TABLE "Broadcast" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "link" TEXT,
    "audience" JSONB NOT NULL,
    "states" TEXT[] DEFAULT ARRAY['approved']::TEXT[],
    "state" TEXT NOT NULL DEFAULT 'draft',
    "sendAt" TIMESTAMPTZ(3),
    "plannedAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Broadcast_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Message_programId_state_dueAt_idx" ON "Message"("programId", "state", "dueAt");
CREATE INDEX "Message_programId_kind_period_idx" ON "Message"("programId", "kind", "period");
CREATE INDEX "Broadcast_programId_state_sendAt_idx" ON "Broadcast"("programId", "state", "sendAt");
CREATE INDEX "Broadcast_programId_createdAt_idx" ON "Broadcast"("programId", "createdAt");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Membership" ADD CONSTRAINT "Membership_reach_check" CHECK ("reach" IN ('chat', 'mail', 'off'));
ALTER TABLE "Message" ADD CONSTRAINT "Message_check" CHECK ("kind" IN ('digest', 'brief', 'nudge', 'news')
  AND "state" IN ('planned', 'sent', 'skipped') AND ("state" = 'planned') = ("doneAt" IS NULL) AND ("state" <> 'skipped' OR "why" IS NOT NULL));
ALTER TABLE "Broadcast" ADD CONSTRAINT "Broadcast_check" CHECK ("state" IN ('draft', 'planned', 'sent', 'cancelled')
  AND ("state" <> 'planned' OR "sendAt" IS NOT NULL));

-- ---------------------------------------------------------------- tenants

ALTER TABLE "PushDay" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PushDay" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PushDay" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Message" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Message" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Message" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Broadcast" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Broadcast" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Broadcast" USING ("programId" = current_setting('troupe.program', true));
