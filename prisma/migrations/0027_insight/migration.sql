-- The monthly evaluation, which is posted once a month; and what the figures are read by.

CREATE TABLE "Evaluation" (
    "programId" TEXT NOT NULL,
    "month" CHAR(7) NOT NULL,
    "postedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("programId","month")
);

CREATE INDEX "Click_programId_at_idx" ON "Click"("programId", "at");
CREATE INDEX "Submission_programId_decidedAt_idx" ON "Submission"("programId", "decidedAt");
CREATE INDEX "Creator_programId_decidedAt_idx" ON "Creator"("programId", "decidedAt");

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Evaluation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Evaluation" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Evaluation" USING ("programId" = current_setting('troupe.program', true));
