-- Bytes can only go once their rows are gone for good. Until then they are noted, so that a process that ends in between forgets none.
CREATE TABLE "Leftover" (
    "programId" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Leftover_pkey" PRIMARY KEY ("programId","sha256")
);
ALTER TABLE "Leftover" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Leftover" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Leftover" USING ("programId" = current_setting('troupe.program', true));
