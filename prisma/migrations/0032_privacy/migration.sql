-- A person may ask to be forgotten: the wish, its day, and how far it was done. What is only ever added may lose its words for that alone.
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "waive" BOOLEAN NOT NULL DEFAULT false,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "rooms" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "traces" TEXT,
    "cursor" TEXT,
    "files" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Erasure_programId_state_nextAt_idx" ON "Erasure"("programId", "state", "nextAt");
CREATE INDEX "Erasure_programId_personId_idx" ON "Erasure"("programId", "personId");

ALTER TABLE "Creator" ADD COLUMN "erasedAt" TIMESTAMPTZ(3);

-- ---------------------------------------------------------------- laws

ALTER TABLE "Erasure" ADD CONSTRAINT "Erasure_check" CHECK ("state" IN ('asked', 'closing', 'erasing', 'done', 'kept')
  AND ("state" IN ('done', 'kept')) = ("endedAt" IS NOT NULL) AND ("state" = 'erasing' OR "traces" IS NULL) AND "dueAt" >= "askedAt");

-- Rows that are only ever added stay, with every figure, party and day. Inside a unit of work that says it erases in their program, the
-- columns that a table names may lose what they say of a person, and nothing else may change.
CREATE OR REPLACE FUNCTION troupe_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
    IF current_setting('troupe.erasing', true) = NEW."programId" AND (to_jsonb(NEW) - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER "Transfer_append_only" BEFORE UPDATE OR DELETE ON "Transfer" FOR EACH ROW EXECUTE FUNCTION troupe_append_only('because');
CREATE OR REPLACE TRIGGER "Audit_append_only" BEFORE UPDATE OR DELETE ON "Audit" FOR EACH ROW EXECUTE FUNCTION troupe_append_only('given');
CREATE OR REPLACE TRIGGER "Revision_append_only" BEFORE UPDATE OR DELETE ON "Revision" FOR EACH ROW
  EXECUTE FUNCTION troupe_append_only('url', 'fileId', 'caption', 'note');
CREATE OR REPLACE TRIGGER "Verdict_append_only" BEFORE UPDATE OR DELETE ON "Verdict" FOR EACH ROW EXECUTE FUNCTION troupe_append_only('findings', 'reason');
CREATE OR REPLACE TRIGGER "CaseEvent_append_only" BEFORE UPDATE OR DELETE ON "CaseEvent" FOR EACH ROW EXECUTE FUNCTION troupe_append_only('words');
CREATE OR REPLACE TRIGGER "PaymentEvent_append_only" BEFORE UPDATE OR DELETE ON "PaymentEvent" FOR EACH ROW EXECUTE FUNCTION troupe_append_only('note');
CREATE OR REPLACE TRIGGER "RightsEvent_append_only" BEFORE UPDATE OR DELETE ON "RightsEvent" FOR EACH ROW
  EXECUTE FUNCTION troupe_append_only('note', 'text', 'platform', 'callId', 'assets');

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Erasure" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Erasure" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Erasure" USING ("programId" = current_setting('troupe.program', true));
