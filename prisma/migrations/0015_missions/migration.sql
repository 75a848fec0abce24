-- A mission is drafted before it opens, says for whom it is and what may be done with the content, and gives its seats to those who claim them.
ALTER TABLE "Mission" ADD COLUMN "seats" INTEGER,
ADD COLUMN "dos" TEXT,
ADD COLUMN "donts" TEXT,
ADD COLUMN "hashtags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "links" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "kinds" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "territories" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "rights" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN "reviewers" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "daysToJoin" INTEGER,
ADD COLUMN "audience" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN "bonus" JSONB,
ADD COLUMN "repeat" TEXT,
ADD COLUMN "repeatAt" TIMESTAMPTZ(3),
ADD COLUMN "copyOf" TEXT,
ADD COLUMN "copyKey" TEXT,
ADD COLUMN "closedAt" TIMESTAMPTZ(3),
ADD COLUMN "settledAt" TIMESTAMPTZ(3);

CREATE UNIQUE INDEX "Mission_programId_copyKey_key" ON "Mission"("programId", "copyKey");

ALTER TABLE "Mission" ADD CONSTRAINT "Mission_state" CHECK (state IN ('draft', 'open', 'closed', 'settled'));
ALTER TABLE "Mission" ADD CONSTRAINT "Mission_seats" CHECK (seats > 0);

-- CreateTable
CREATE TABLE "Seat" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "missionId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL,
    "dueAt" TIMESTAMPTZ(3),
    "remindAt" TIMESTAMPTZ(3),

    CONSTRAINT "Seat_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Seat_missionId_creatorId_key" ON "Seat"("missionId", "creatorId");
CREATE INDEX "Seat_programId_creatorId_idx" ON "Seat"("programId", "creatorId");
CREATE INDEX "Seat_programId_remindAt_idx" ON "Seat"("programId", "remindAt");
CREATE INDEX "Seat_programId_dueAt_idx" ON "Seat"("programId", "dueAt");

ALTER TABLE "Seat" ADD CONSTRAINT "Seat_state" CHECK (state IN ('claimed', 'waiting', 'left', 'handed_in', 'done', 'missed'));
ALTER TABLE "Seat" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Seat" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Seat" USING ("programId" = current_setting('troupe.program', true));
