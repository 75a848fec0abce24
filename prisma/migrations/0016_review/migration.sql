-- Content has kinds and several pieces, goes live after its approval, may be decided by two, and its creator is told when the decision can no longer be undone.
ALTER TABLE "Submission" ADD COLUMN "liveUrl" TEXT,
ADD COLUMN "liveAt" TIMESTAMPTZ(3),
ADD COLUMN "spoken" BOOLEAN,
ADD COLUMN "shown" BOOLEAN,
ADD COLUMN "hook" TEXT,
ADD COLUMN "format" TEXT,
ADD COLUMN "rightsAccepted" JSONB,
ADD COLUMN "takenBy" TEXT,
ADD COLUMN "takenUntil" TIMESTAMPTZ(3),
ADD COLUMN "firstBy" TEXT,
ADD COLUMN "toldAt" TIMESTAMPTZ(3),
ADD COLUMN "undone" INTEGER NOT NULL DEFAULT 0;

-- Whoever was decided on before was told at once.
UPDATE "Submission" SET "toldAt" = "decidedAt" WHERE "decidedAt" IS NOT NULL;

ALTER TABLE "Submission" DROP CONSTRAINT "Submission_state_check";
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_state_check" CHECK ("state" IN ('submitted', 'changes_requested', 'approved', 'live', 'measured', 'rejected', 'withdrawn'));
ALTER TABLE "Submission" DROP CONSTRAINT "Submission_kind_check";
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_kind_check" CHECK ("kind" IN ('post', 'short_video', 'review', 'demo', 'testimonial', 'photo', 'moment', 'share'));
-- Live is what stands somewhere since some time.
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_live_check" CHECK ("state" <> 'live' OR ("liveUrl" IS NOT NULL AND "liveAt" IS NOT NULL));

-- The queue is read in this order, one at a time, however long it is.
DROP INDEX "Submission_programId_state_submittedAt_idx";
CREATE INDEX "Submission_programId_state_submittedAt_id_idx" ON "Submission"("programId", "state", "submittedAt", "id");
CREATE INDEX "Submission_programId_toldAt_decidedAt_idx" ON "Submission"("programId", "toldAt", "decidedAt");

-- CreateTable
CREATE TABLE "Piece" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT,
    "fileId" TEXT,

    CONSTRAINT "Piece_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Piece_submissionId_revision_position_key" ON "Piece"("submissionId", "revision", "position");
CREATE INDEX "Piece_programId_fileId_idx" ON "Piece"("programId", "fileId");
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_kind_check" CHECK (("kind" = 'url' AND "url" IS NOT NULL AND "fileId" IS NULL) OR ("kind" = 'file' AND "fileId" IS NOT NULL AND "url" IS NULL));

-- What was handed in so far, as pieces.
INSERT INTO "Piece" ("id", "programId", "submissionId", "revision", "position", "kind", "url")
  SELECT 'pce_' || substr("id", 5), "programId", "submissionId", "number", 1, 'url', "url" FROM "Revision" WHERE "url" IS NOT NULL;
INSERT INTO "Piece" ("id", "programId", "submissionId", "revision", "position", "kind", "fileId")
  SELECT 'pce_' || left(substr("id", 5), 24) || 'FF', "programId", "submissionId", "number", CASE WHEN "url" IS NULL THEN 1 ELSE 2 END, 'file', "fileId" FROM "Revision" WHERE "fileId" IS NOT NULL;

-- CreateTable
CREATE TABLE "Reply" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Reply_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Reply_programId_title_key" ON "Reply"("programId", "title");

ALTER TABLE "Piece" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Piece" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Piece" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Reply" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Reply" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Reply" USING ("programId" = current_setting('troupe.program', true));
