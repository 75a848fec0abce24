-- Codes are made, ended and watched in the shops themselves, and a shop is asked what its webhooks did not bring.
ALTER TABLE "Connection" ADD COLUMN "base" TEXT;
ALTER TABLE "Connection" ADD COLUMN "keys" TEXT;
ALTER TABLE "Connection" ADD COLUMN "seenAt" TIMESTAMPTZ(3);
ALTER TABLE "Connection" ADD COLUMN "checkedAt" TIMESTAMPTZ(3);
ALTER TABLE "Connection" ADD COLUMN "standing" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "Code" ADD COLUMN "chosen" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Code" ADD COLUMN "adopted" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Code" ADD COLUMN "replaces" TEXT;
ALTER TABLE "Code" ADD COLUMN "endReason" TEXT;
ALTER TABLE "Code" ADD CONSTRAINT "Code_state_check" CHECK ("state" IN ('wanted', 'active', 'ended'));
-- What has ended says since when: an order after that is never credited for it.
ALTER TABLE "Code" ADD CONSTRAINT "Code_ended_check" CHECK ("state" <> 'ended' OR "endedAt" IS NOT NULL);

-- CreateTable
CREATE TABLE "ShopCode" (
    "codeId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "ref" TEXT,
    "error" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ShopCode_pkey" PRIMARY KEY ("codeId", "connectionId")
);

CREATE INDEX "ShopCode_programId_connectionId_state_idx" ON "ShopCode"("programId", "connectionId", "state");

ALTER TABLE "ShopCode" ADD CONSTRAINT "ShopCode_state_check" CHECK ("state" IN ('wanted', 'live', 'taken', 'failed', 'ended'));
ALTER TABLE "ShopCode" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ShopCode" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "ShopCode" USING ("programId" = current_setting('troupe.program', true));
