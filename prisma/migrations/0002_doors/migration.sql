-- A program is reached through several doors: what is to be done outside is kept, tried and settled for each space by itself.
-- What is written here is written for all programs at once; an owner who is no superuser would see none of them.
ALTER TABLE "Outbox" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "Space" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "Membership" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "Space" ADD COLUMN "missing" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "Outbox" ADD COLUMN "spaceId" TEXT;
ALTER TABLE "Outbox" ADD COLUMN "seq" BIGSERIAL NOT NULL;
UPDATE "Outbox" SET "spaceId" = s.id FROM "Space" s WHERE s."programId" = "Outbox"."programId" AND s.platform = 'web';
DELETE FROM "Outbox" WHERE "spaceId" IS NULL;
ALTER TABLE "Outbox" ALTER COLUMN "spaceId" SET NOT NULL;
DROP INDEX "Outbox_programId_kind_audience_key_key";
CREATE UNIQUE INDEX "Outbox_programId_kind_audience_key_spaceId_key" ON "Outbox"("programId", "kind", "audience", "key", "spaceId");

-- CreateTable
CREATE TABLE "Press" (
    "programId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "given" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Press_pkey" PRIMARY KEY ("programId","id")
);

-- CreateTable
CREATE TABLE "Pace" (
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Pace_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Install" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "workspace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "botUser" TEXT NOT NULL,
    "installer" TEXT,
    "scopes" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Install_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" TEXT NOT NULL,
    "programId" TEXT,
    "purpose" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "personId" TEXT,
    "payload" JSONB NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "spentAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Install_platform_workspace_key" ON "Install"("platform", "workspace");
CREATE UNIQUE INDEX "Claim_codeHash_key" ON "Claim"("codeHash");
CREATE INDEX "Claim_programId_purpose_idx" ON "Claim"("programId", "purpose");

ALTER TABLE "Press" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Press" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Press" USING ("programId" = current_setting('troupe.program', true));
-- A code is looked up before it is known which program it leads to, and one that founds a program belongs to none.
ALTER TABLE "Claim" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Claim" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Claim" USING ("programId" IS NULL OR "programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');

-- Nobody had a door to choose so far: what stands there was never chosen.
ALTER TABLE "Membership" ALTER COLUMN "door" DROP DEFAULT, ALTER COLUMN "door" DROP NOT NULL;
UPDATE "Membership" SET "door" = NULL;

ALTER TABLE "Outbox" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Space" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Membership" FORCE ROW LEVEL SECURITY;
