-- Peers thank each other, and messages of the chat are saved as content.
ALTER TABLE "Submission" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'post';
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_kind_check" CHECK ("kind" IN ('post', 'moment'));

-- CreateTable
CREATE TABLE "Kudos" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "fromId" TEXT NOT NULL,
    "toId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "note" TEXT,
    "source" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Kudos_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Kudos_programId_fromId_toId_day_key" ON "Kudos"("programId", "fromId", "toId", "day");
CREATE INDEX "Kudos_programId_day_idx" ON "Kudos"("programId", "day");
CREATE INDEX "Kudos_programId_toId_at_idx" ON "Kudos"("programId", "toId", "at");

ALTER TABLE "Kudos" ADD CONSTRAINT "Kudos_not_oneself" CHECK ("fromId" <> "toId");
ALTER TABLE "Kudos" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Kudos" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Kudos" USING ("programId" = current_setting('troupe.program', true));
