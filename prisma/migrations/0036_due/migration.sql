-- What is due in a space, in the order it was written: a hundred thousand posts are carried fifty at a time without sorting them each time.
CREATE INDEX "Outbox_due_idx" ON "Outbox" ("spaceId", seq) WHERE state = 'due';

-- Sales that the card of their day in #wins does not count yet. The card is made anew once for all of them, not once for each.
CREATE TABLE "WinsDue" (
    "orderId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WinsDue_pkey" PRIMARY KEY ("orderId")
);
CREATE INDEX "WinsDue_programId_idx" ON "WinsDue"("programId");
ALTER TABLE "WinsDue" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "WinsDue" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "WinsDue" USING ("programId" = current_setting('troupe.program', true));
