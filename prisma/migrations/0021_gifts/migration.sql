-- Products that creators get to show, and the brand's material they may use.
CREATE TABLE "Gift" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "missionId" TEXT,
    "product" TEXT NOT NULL,
    "valueMinor" BIGINT,
    "state" TEXT NOT NULL,
    "address" TEXT,
    "why" TEXT,
    "tracking" TEXT,
    "decidedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Gift_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Gift_state" CHECK (state IN ('asked', 'offered', 'agreed', 'sent', 'received', 'declined')),
    CONSTRAINT "Gift_value" CHECK (coalesce("valueMinor", 0) >= 0)
);
CREATE INDEX "Gift_programId_state_createdAt_idx" ON "Gift"("programId", "state", "createdAt");
CREATE INDEX "Gift_programId_creatorId_createdAt_idx" ON "Gift"("programId", "creatorId", "createdAt");

CREATE TABLE "Asset" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "missionId" TEXT,
    "title" TEXT NOT NULL,
    "note" TEXT,
    "validTo" TIMESTAMPTZ(3),
    "retiredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Asset_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Asset_programId_missionId_idx" ON "Asset"("programId", "missionId");

CREATE TABLE "AssetVersion" (
    "assetId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "programId" TEXT NOT NULL,
    "fileId" TEXT,
    "url" TEXT,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AssetVersion_pkey" PRIMARY KEY ("assetId", "number"),
    CONSTRAINT "AssetVersion_one" CHECK (("fileId" IS NULL) <> ("url" IS NULL))
);
CREATE INDEX "AssetVersion_programId_fileId_idx" ON "AssetVersion"("programId", "fileId");

ALTER TABLE "Gift" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Gift" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Gift" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Asset" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Asset" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Asset" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "AssetVersion" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "AssetVersion" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "AssetVersion" USING ("programId" = current_setting('troupe.program', true));
