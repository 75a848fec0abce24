-- What a live stream says when, messages that are gone at their source, and what a place that was recorded by hand brought.

ALTER TABLE "Submission" ADD COLUMN "sourceGoneAt" TIMESTAMPTZ(3), ADD COLUMN "livePlan" JSONB, ADD COLUMN "streamEndsAt" TIMESTAMPTZ(3);
CREATE INDEX "Submission_programId_streamEndsAt_idx" ON "Submission"("programId", "streamEndsAt");

ALTER TABLE "Mission" ADD COLUMN "liveMinutes" INTEGER;
ALTER TABLE "Mission" ADD CONSTRAINT "Mission_liveMinutes_check" CHECK ("liveMinutes" BETWEEN 1 AND 60);

-- A count that nobody gave is null, and never zero.
ALTER TABLE "Placement" ADD COLUMN "linkId" TEXT, ADD COLUMN "views" BIGINT, ADD COLUMN "clicks" BIGINT, ADD COLUMN "countedAt" TIMESTAMPTZ(3);
ALTER TABLE "Placement" ADD CONSTRAINT "Placement_counts_check" CHECK (coalesce("views" >= 0, true) AND coalesce("clicks" >= 0, true));

ALTER TABLE "Submission" DROP CONSTRAINT "Submission_kind_check";
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_kind_check" CHECK ("kind" IN ('post', 'short_video', 'review', 'demo', 'testimonial', 'photo', 'live_stream', 'moment', 'share'));
