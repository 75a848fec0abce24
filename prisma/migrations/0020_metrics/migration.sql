-- What posts brought: the numbers that a platform shows of them, one row for each day they were looked at. What is not known is NULL.
CREATE TABLE "PostMetric" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "views" BIGINT,
    "likes" BIGINT,
    "comments" BIGINT,
    "shares" BIGINT,
    "saves" BIGINT,
    "reach" BIGINT,
    "followers" BIGINT,
    "saidBy" TEXT,
    "confirmedBy" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PostMetric_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "PostMetric_counts" CHECK (
        coalesce("views", 0) >= 0 AND coalesce("likes", 0) >= 0 AND coalesce("comments", 0) >= 0 AND coalesce("shares", 0) >= 0
        AND coalesce("saves", 0) >= 0 AND coalesce("reach", 0) >= 0 AND coalesce("followers", 0) >= 0)
);

CREATE UNIQUE INDEX "PostMetric_submissionId_day_key" ON "PostMetric"("submissionId", "day");
CREATE INDEX "PostMetric_programId_day_idx" ON "PostMetric"("programId", "day");

ALTER TABLE "PostMetric" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PostMetric" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PostMetric" USING ("programId" = current_setting('troupe.program', true));

-- A link made for one piece shows what that piece sold.
ALTER TABLE "Link" ADD COLUMN "submissionId" TEXT;
CREATE UNIQUE INDEX "Link_submissionId_key" ON "Link"("submissionId");
