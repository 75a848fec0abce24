-- Moments with seats and an end, messages whose writers are asked, and questions about the products with their answers.
CREATE TABLE "Moment" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "headline" TEXT NOT NULL,
    "prompt" TEXT,
    "state" TEXT NOT NULL,
    "seats" INTEGER NOT NULL,
    "percent" INTEGER,
    "page" TEXT,
    "audience" JSONB NOT NULL DEFAULT '{}',
    "offerId" TEXT,
    "questionId" TEXT,
    "counted" JSONB NOT NULL DEFAULT '{}',
    "countedAt" TIMESTAMPTZ(3) NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Moment_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "MomentSeat" (
    "momentId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MomentSeat_pkey" PRIMARY KEY ("momentId","creatorId")
);

CREATE TABLE "Capture" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "messageHash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "creatorId" TEXT,
    "url" TEXT,
    "caption" TEXT,
    "fileId" TEXT,
    "rights" TEXT NOT NULL,
    "intent" TEXT,
    "capturedBy" TEXT,
    "submissionId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Capture_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Question" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT,
    "words" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sameAs" TEXT,
    "answer" TEXT,
    "link" TEXT,
    "tag" TEXT,
    "answeredBy" TEXT,
    "answeredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', "words" || ' ' || coalesce("tag", '')), 'A')
      || setweight(to_tsvector('english', coalesce("answer", '')), 'B')) STORED,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "Submission" ADD COLUMN "momentId" TEXT;
ALTER TABLE "Submission" ADD COLUMN "intent" TEXT;

CREATE INDEX "Moment_programId_state_endsAt_idx" ON "Moment"("programId", "state", "endsAt");
CREATE INDEX "Moment_programId_countedAt_idx" ON "Moment"("programId", "countedAt");
CREATE INDEX "MomentSeat_programId_creatorId_idx" ON "MomentSeat"("programId", "creatorId");
CREATE UNIQUE INDEX "Capture_programId_messageHash_key" ON "Capture"("programId", "messageHash");
CREATE INDEX "Capture_programId_creatorId_idx" ON "Capture"("programId", "creatorId");
CREATE INDEX "Capture_programId_state_createdAt_idx" ON "Capture"("programId", "state", "createdAt");
CREATE INDEX "Question_programId_state_createdAt_idx" ON "Question"("programId", "state", "createdAt");
CREATE INDEX "Question_search_idx" ON "Question" USING GIN ("search");
CREATE INDEX "Submission_programId_momentId_idx" ON "Submission"("programId", "momentId");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Moment" ADD CONSTRAINT "Moment_check" CHECK ("kind" IN ('restock', 'trend', 'flash') AND "state" IN ('running', 'ended')
  AND "seats" > 0 AND coalesce("percent" BETWEEN 1 AND 100, true) AND "startsAt" <= "endsAt" AND ("state" = 'ended') = ("endedAt" IS NOT NULL));
-- Whoever said no leaves no words, address or name; the picture goes with the next sweep, which is why it is still named until then.
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_check" CHECK ("state" IN ('asked', 'yes', 'no', 'gone')
  AND ("state" IN ('asked', 'yes') OR num_nonnulls("creatorId", "url", "caption", "capturedBy", "submissionId") = 0)
  AND ("state" = 'yes') = ("submissionId" IS NOT NULL));
ALTER TABLE "Question" ADD CONSTRAINT "Question_check" CHECK ("state" IN ('draft', 'open', 'answered', 'same')
  AND ("state" <> 'answered' OR ("answer" IS NOT NULL AND "answeredAt" IS NOT NULL)));
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_intent_check" CHECK ("intent" IN ('discover', 'compare', 'buy', 'use'));
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_intent_check" CHECK ("intent" IN ('discover', 'compare', 'buy', 'use'));

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Moment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Moment" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Moment" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "MomentSeat" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "MomentSeat" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "MomentSeat" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Capture" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Capture" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Capture" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Question" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Question" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Question" USING ("programId" = current_setting('troupe.program', true));
