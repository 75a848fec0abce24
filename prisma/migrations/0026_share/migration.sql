-- What customers send through the public page, with the right to show it, and large files of theirs.
CREATE TABLE "Share" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "fileId" TEXT,
    "rating" INTEGER,
    "words" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL DEFAULT '',
    "emailHash" TEXT,
    "emailSealed" TEXT,
    "thanks" TEXT,
    "preset" TEXT NOT NULL DEFAULT 'web',
    "termsId" TEXT,
    "consent" JSONB,
    "startsAt" TIMESTAMPTZ(3),
    "endsAt" TIMESTAMPTZ(3),
    "submittedAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "decidedBy" TEXT,
    "reason" TEXT,
    "note" TEXT,
    "withdrawnAt" TIMESTAMPTZ(3),
    "takedownAt" TIMESTAMPTZ(3),
    "erasedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Share_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Share_programId_tokenHash_key" ON "Share"("programId", "tokenHash");
CREATE INDEX "Share_programId_state_submittedAt_idx" ON "Share"("programId", "state", "submittedAt");
CREATE INDEX "Share_programId_fileId_idx" ON "Share"("programId", "fileId");

ALTER TABLE "Upload" ALTER COLUMN "personId" DROP NOT NULL;
ALTER TABLE "Upload" ADD COLUMN "shareId" TEXT;
CREATE INDEX "Upload_programId_shareId_idx" ON "Upload"("programId", "shareId");

-- ---------------------------------------------------------------- laws

-- Nothing is shown to managers, and so to nobody, without consent and the conditions it was given under.
ALTER TABLE "Share" ADD CONSTRAINT "Share_check" CHECK ("state" IN ('open', 'submitted', 'approved', 'rejected', 'withdrawn')
  AND coalesce("rating" BETWEEN 1 AND 5, true) AND ("state" = 'open' OR ("consent" IS NOT NULL AND "termsId" IS NOT NULL))
  AND ("state" IN ('open', 'withdrawn') OR "submittedAt" IS NOT NULL) AND ("state" <> 'approved' OR ("startsAt" IS NOT NULL AND "endsAt" IS NOT NULL))
  AND ("state" = 'rejected') <= ("reason" IS NOT NULL) AND ("state" = 'withdrawn') = ("withdrawnAt" IS NOT NULL)
  AND ("erasedAt" IS NULL OR num_nonnulls("fileId", "rating", "emailHash", "emailSealed") = 0 AND "words" = '' AND "name" = ''));
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_whose" CHECK (num_nonnulls("personId", "shareId") = 1);

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Share" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Share" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Share" USING ("programId" = current_setting('troupe.program', true));
