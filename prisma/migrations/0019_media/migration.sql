-- What pictures and videos look like, so that the same picture is found again; and files that come from a phone, piece by piece.
CREATE TABLE "Media" (
    "fileId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "width" INTEGER,
    "height" INTEGER,
    "durationMs" INTEGER,
    "look" BIGINT,
    "thumb" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Media_pkey" PRIMARY KEY ("fileId"),
    CONSTRAINT "Media_state" CHECK (state IN ('new', 'ready', 'plain', 'damaged'))
);

-- What is still to be looked at, and all looks of a program in a row for comparing.
CREATE INDEX "Media_programId_state_createdAt_idx" ON "Media"("programId", "state", "createdAt");
CREATE INDEX "Media_programId_look_fileId_idx" ON "Media"("programId", "look", "fileId");

CREATE TABLE "Upload" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "missionId" TEXT,
    "submissionId" TEXT,
    "part" TEXT,
    "name" TEXT,
    "fileId" TEXT,
    "refusal" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Upload_state" CHECK (state IN ('open', 'whole', 'kept', 'refused'))
);

CREATE UNIQUE INDEX "Upload_tokenHash_key" ON "Upload"("tokenHash");
CREATE INDEX "Upload_programId_fileId_idx" ON "Upload"("programId", "fileId");
CREATE INDEX "Upload_programId_expiresAt_idx" ON "Upload"("programId", "expiresAt");

ALTER TABLE "Media" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Media" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Media" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Upload" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Upload" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Upload" USING ("programId" = current_setting('troupe.program', true));

-- Files that are here already are looked at as if they had just come. The owner of the tables passes by the policies here.
ALTER TABLE "File" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "Media" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "Media" ("fileId", "programId", "createdAt")
  SELECT id, "programId", "createdAt" FROM "File" WHERE mime LIKE 'image/%' OR mime LIKE 'video/%';
ALTER TABLE "File" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Media" FORCE ROW LEVEL SECURITY;
