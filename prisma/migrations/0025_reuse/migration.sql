-- Galleries, mail blocks and ad material: what is shown where, through which link, and how often it was seen and clicked.
CREATE TABLE "Gallery" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "tag" TEXT,
    "missionId" TEXT,
    "country" TEXT,
    "page" TEXT NOT NULL,
    "earns" BOOLEAN NOT NULL DEFAULT true,
    "closedAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Gallery_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "GalleryItem" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "galleryId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "placementId" TEXT,
    "linkId" TEXT,
    "out" BOOLEAN NOT NULL DEFAULT false,
    "addedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "GalleryItem_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "PlacementDay" (
    "placementId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "itemId" TEXT NOT NULL,
    "views" INTEGER NOT NULL DEFAULT 0,
    "clicks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "PlacementDay_pkey" PRIMARY KEY ("placementId","day")
);

CREATE TABLE "PlacementSeen" (
    "placementId" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "visitor" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "programId" TEXT NOT NULL,

    CONSTRAINT "PlacementSeen_pkey" PRIMARY KEY ("placementId","what","visitor","hour")
);

ALTER TABLE "Link" ADD COLUMN "galleryId" TEXT;

CREATE UNIQUE INDEX "Gallery_token_key" ON "Gallery"("token");
CREATE INDEX "Gallery_programId_channel_createdAt_idx" ON "Gallery"("programId", "channel", "createdAt");
CREATE UNIQUE INDEX "GalleryItem_galleryId_submissionId_key" ON "GalleryItem"("galleryId", "submissionId");
CREATE INDEX "GalleryItem_galleryId_addedAt_idx" ON "GalleryItem"("galleryId", "addedAt");
CREATE INDEX "GalleryItem_programId_placementId_idx" ON "GalleryItem"("programId", "placementId");
CREATE INDEX "PlacementDay_programId_itemId_idx" ON "PlacementDay"("programId", "itemId");
CREATE INDEX "PlacementSeen_programId_hour_idx" ON "PlacementSeen"("programId", "hour");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Gallery" ADD CONSTRAINT "Gallery_check" CHECK ("channel" IN ('website', 'email', 'paid_ads'));
ALTER TABLE "GalleryItem" ADD CONSTRAINT "GalleryItem_check" CHECK (NOT "out" OR "placementId" IS NULL);
ALTER TABLE "PlacementDay" ADD CONSTRAINT "PlacementDay_check" CHECK ("views" >= 0 AND "clicks" >= 0);
ALTER TABLE "PlacementSeen" ADD CONSTRAINT "PlacementSeen_check" CHECK ("what" IN ('view', 'click'));

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Gallery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Gallery" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Gallery" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "GalleryItem" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "GalleryItem" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "GalleryItem" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "PlacementDay" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PlacementDay" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PlacementDay" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "PlacementSeen" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "PlacementSeen" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PlacementSeen" USING ("programId" = current_setting('troupe.program', true));
