-- Suspicions, disputes and chargebacks become cases that hold and forfeit exactly the lines they name; what happened in them is only ever added.
ALTER TABLE "Hold" ADD COLUMN "caseId" TEXT;

-- CreateTable
CREATE TABLE "Case" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "subject" TEXT NOT NULL,
    "score" INTEGER NOT NULL DEFAULT 0,
    "code" TEXT,
    "orderId" TEXT,
    "named" TEXT,
    "words" TEXT,
    "dueAt" TIMESTAMPTZ(3),
    "remedy" TEXT,
    "reason" TEXT,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(3),
    "appeal" TEXT,
    "appealWords" TEXT,
    "appealedAt" TIMESTAMPTZ(3),
    "appealReason" TEXT,
    "appealBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CaseLine" (
    "caseId" TEXT NOT NULL,
    "lineId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "availableAt" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "CaseLine_pkey" PRIMARY KEY ("caseId","lineId")
);

-- CreateTable
CREATE TABLE "CaseEvent" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "personId" TEXT,
    "words" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CaseEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Signal" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "caseId" TEXT,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "weight" INTEGER NOT NULL,
    "says" TEXT NOT NULL,
    "orderIds" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Signal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sample" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "seed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SampleLine" (
    "sampleId" TEXT NOT NULL,
    "lineId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "drawn" TEXT NOT NULL,
    "rules" TEXT[],
    "finding" TEXT,
    "note" TEXT,
    "checkedBy" TEXT,
    "checkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SampleLine_pkey" PRIMARY KEY ("sampleId","lineId")
);

-- CreateTable
CREATE TABLE "Throwaway" (
    "programId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Throwaway_pkey" PRIMARY KEY ("programId","email")
);

CREATE UNIQUE INDEX "Case_programId_subject_key" ON "Case"("programId", "subject");
CREATE INDEX "Case_programId_state_createdAt_idx" ON "Case"("programId", "state", "createdAt");
CREATE INDEX "Case_programId_creatorId_createdAt_idx" ON "Case"("programId", "creatorId", "createdAt");
CREATE INDEX "Case_programId_orderId_idx" ON "Case"("programId", "orderId");
CREATE INDEX "CaseLine_programId_lineId_idx" ON "CaseLine"("programId", "lineId");
CREATE INDEX "CaseLine_programId_orderId_idx" ON "CaseLine"("programId", "orderId");
CREATE INDEX "CaseEvent_programId_caseId_at_idx" ON "CaseEvent"("programId", "caseId", "at");
CREATE UNIQUE INDEX "Signal_programId_rule_subject_key" ON "Signal"("programId", "rule", "subject");
CREATE INDEX "Signal_programId_creatorId_at_idx" ON "Signal"("programId", "creatorId", "at");
CREATE INDEX "Signal_programId_caseId_idx" ON "Signal"("programId", "caseId");
CREATE UNIQUE INDEX "Sample_programId_month_key" ON "Sample"("programId", "month");
CREATE INDEX "SampleLine_programId_creatorId_idx" ON "SampleLine"("programId", "creatorId");

-- Laws: a case has one of these states, a decision has its reason, and nobody edits what happened.
ALTER TABLE "Case" ADD CONSTRAINT "Case_kind_check" CHECK ("kind" IN ('fraud', 'dispute', 'chargeback'));
ALTER TABLE "Case" ADD CONSTRAINT "Case_state_check" CHECK ("state" IN ('open', 'held', 'released', 'upheld'));
ALTER TABLE "Case" ADD CONSTRAINT "Case_appeal_check" CHECK ("appeal" IN ('open', 'decided'));
ALTER TABLE "Case" ADD CONSTRAINT "Case_remedy_check" CHECK ("remedy" IN ('credit', 'move', 'bonus'));
ALTER TABLE "Case" ADD CONSTRAINT "Case_reason_check" CHECK ("state" IN ('open', 'held') OR "reason" IS NOT NULL);
ALTER TABLE "CaseLine" ADD CONSTRAINT "CaseLine_outcome_check" CHECK ("outcome" IN ('forfeited', 'released', 'restored'));
ALTER TABLE "SampleLine" ADD CONSTRAINT "SampleLine_finding_check" CHECK ("finding" IN ('ok', 'fraud', 'unsure'));
CREATE TRIGGER "CaseEvent_append_only" BEFORE UPDATE OR DELETE ON "CaseEvent" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "CaseEvent_no_truncate" BEFORE TRUNCATE ON "CaseEvent" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

ALTER TABLE "Case" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Case" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Case" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "CaseLine" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "CaseLine" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "CaseLine" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "CaseEvent" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "CaseEvent" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "CaseEvent" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Signal" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Signal" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Signal" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Sample" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Sample" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Sample" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "SampleLine" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SampleLine" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "SampleLine" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Throwaway" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Throwaway" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Throwaway" USING ("programId" = current_setting('troupe.program', true));
