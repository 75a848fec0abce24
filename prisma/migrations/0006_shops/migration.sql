-- Shops say which one they are and when they leave, networks know creators by keys of their own, and files of orders are taken in.
ALTER TABLE "Connection" ADD COLUMN "shop" TEXT;
ALTER TABLE "Connection" ADD COLUMN "leftAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "NetworkKey" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "NetworkKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderName" (
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "orderExternalId" TEXT NOT NULL,

    CONSTRAINT "OrderName_pkey" PRIMARY KEY ("programId","source","name")
);

-- CreateTable
CREATE TABLE "Import" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "fileId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "next" INTEGER NOT NULL DEFAULT 0,
    "counts" JSONB NOT NULL,
    "reportId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportPart" (
    "programId" TEXT NOT NULL,
    "importId" TEXT NOT NULL,
    "first" INTEGER NOT NULL,
    "rows" JSONB NOT NULL,

    CONSTRAINT "ImportPart_pkey" PRIMARY KEY ("importId","first")
);

CREATE UNIQUE INDEX "NetworkKey_programId_source_key_key" ON "NetworkKey"("programId", "source", "key");
CREATE INDEX "NetworkKey_programId_creatorId_idx" ON "NetworkKey"("programId", "creatorId");
CREATE INDEX "OrderName_programId_source_orderExternalId_idx" ON "OrderName"("programId", "source", "orderExternalId");
CREATE INDEX "Refund_programId_appliedAt_idx" ON "Refund"("programId", "appliedAt");
CREATE INDEX "Import_programId_state_idx" ON "Import"("programId", "state");

ALTER TABLE "Import" ADD CONSTRAINT "Import_state_check" CHECK ("state" IN ('running', 'done'));
ALTER TABLE "Import" ADD CONSTRAINT "Import_next_check" CHECK ("next" BETWEEN 0 AND "rows");

ALTER TABLE "NetworkKey" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "NetworkKey" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "NetworkKey" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "OrderName" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "OrderName" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "OrderName" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Import" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Import" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Import" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "ImportPart" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ImportPart" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "ImportPart" USING ("programId" = current_setting('troupe.program', true));
