-- What was found in a caption is kept as it was found, with the rules it was judged by; what a person overruled is one more row beside it.
-- CreateTable
CREATE TABLE "Verdict" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "findings" JSONB NOT NULL,
    "territories" TEXT[],
    "ruleSet" TEXT NOT NULL,
    "textHash" TEXT NOT NULL,
    "personId" TEXT,
    "reason" TEXT,
    "seq" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Verdict_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Verdict_submissionId_seq_idx" ON "Verdict"("submissionId", "seq");
CREATE INDEX "Verdict_programId_at_idx" ON "Verdict"("programId", "at");

ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_stage" CHECK (stage IN ('draft', 'live', 'week'));
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_event" CHECK (event IN ('judged', 'overridden'));
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_verdict" CHECK (verdict IN ('pass', 'warn', 'fail'));
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_reason" CHECK (event = 'judged' OR ("personId" IS NOT NULL AND reason IS NOT NULL));

CREATE TRIGGER "Verdict_append_only" BEFORE UPDATE OR DELETE ON "Verdict" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Verdict_no_truncate" BEFORE TRUNCATE ON "Verdict" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

ALTER TABLE "Verdict" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Verdict" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Verdict" USING ("programId" = current_setting('troupe.program', true));

-- CreateTable
CREATE TABLE "Recheck" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'due',
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "outcome" TEXT,
    "caption" TEXT,
    "pastedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Recheck_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Recheck_submissionId_stage_key" ON "Recheck"("submissionId", "stage");
CREATE INDEX "Recheck_programId_state_dueAt_idx" ON "Recheck"("programId", "state", "dueAt");

ALTER TABLE "Recheck" ADD CONSTRAINT "Recheck_stage" CHECK (stage IN ('live', 'week'));
ALTER TABLE "Recheck" ADD CONSTRAINT "Recheck_state" CHECK (state IN ('due', 'asked', 'done'));

ALTER TABLE "Recheck" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Recheck" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Recheck" USING ("programId" = current_setting('troupe.program', true));
