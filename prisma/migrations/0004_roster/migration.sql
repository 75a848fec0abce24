-- A roster: creators who were invited or brought along, what the team notes about them, and what is done with many at once.
ALTER TABLE "Creator" ADD COLUMN "handles" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "Creator" ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "Creator" ADD COLUMN "tier" TEXT;
ALTER TABLE "Creator" ADD COLUMN "invitedBy" TEXT;
ALTER TABLE "Creator" ADD COLUMN "autoApprove" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Creator" DROP CONSTRAINT "Creator_state_check";
ALTER TABLE "Creator" ADD CONSTRAINT "Creator_state_check"
  CHECK ("state" IN ('candidate', 'invited', 'applied', 'approved', 'declined', 'paused', 'banned', 'left'));

-- CreateTable
CREATE TABLE "Note" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Bulk" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "creators" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Bulk_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Note_programId_creatorId_createdAt_idx" ON "Note"("programId", "creatorId", "createdAt");
CREATE INDEX "Bulk_programId_createdAt_idx" ON "Bulk"("programId", "createdAt");
ALTER TABLE "Note" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Note" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Note" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Bulk" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Bulk" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Bulk" USING ("programId" = current_setting('troupe.program', true));
