-- Content is used only under a licence: its scope and term, everything that was agreed about it, and where the content stands.
CREATE TABLE "RightsTerms" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "publishedBy" TEXT,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RightsTerms_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Grant" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "preset" TEXT,
    "channels" TEXT[],
    "territories" TEXT[],
    "days" INTEGER,
    "until" TEXT,
    "exclusivity" TEXT NOT NULL,
    "edits" TEXT NOT NULL,
    "ai" BOOLEAN NOT NULL,
    "likeness" BOOLEAN NOT NULL,
    "feeMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "termsId" TEXT NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 1,
    "offeredBy" TEXT NOT NULL,
    "requestedBy" TEXT,
    "renewsId" TEXT,
    "signedAt" TIMESTAMPTZ(3),
    "startsAt" TIMESTAMPTZ(3),
    "endsAt" TIMESTAMPTZ(3),
    "reminded" INTEGER,
    "revokedAt" TIMESTAMPTZ(3),
    "takedownAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RightsEvent" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "grantId" TEXT,
    "placementId" TEXT,
    "kind" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "personId" TEXT,
    "note" TEXT,
    "platform" TEXT,
    "callId" TEXT,
    "locale" TEXT NOT NULL,
    "text" TEXT,
    "textHash" TEXT,
    "termsHash" TEXT,
    "assets" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RightsEvent_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Placement" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "grantId" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "placedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Placement_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "RightsTerms_programId_version_key" ON "RightsTerms"("programId", "version");
CREATE INDEX "Grant_programId_submissionId_idx" ON "Grant"("programId", "submissionId");
CREATE INDEX "Grant_programId_creatorId_idx" ON "Grant"("programId", "creatorId");
CREATE INDEX "Grant_programId_state_endsAt_idx" ON "Grant"("programId", "state", "endsAt");
CREATE INDEX "RightsEvent_programId_grantId_at_idx" ON "RightsEvent"("programId", "grantId", "at");
CREATE INDEX "RightsEvent_programId_submissionId_at_idx" ON "RightsEvent"("programId", "submissionId", "at");
CREATE INDEX "RightsEvent_programId_textHash_idx" ON "RightsEvent"("programId", "textHash");
CREATE INDEX "Placement_programId_submissionId_idx" ON "Placement"("programId", "submissionId");
CREATE INDEX "Placement_programId_until_idx" ON "Placement"("programId", "until");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Grant" ADD CONSTRAINT "Grant_state" CHECK ("state" IN
  ('none', 'requested', 'countered', 'granted', 'expiring', 'expired', 'renewed', 'revoked', 'disputed', 'declined'));
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_offeredBy" CHECK ("offeredBy" IN ('brand', 'creator'));
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_fee" CHECK ("feeMinor" >= 0);
-- A licence without an end is not asked for, and one that holds was signed.
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_term" CHECK (("days" IS NULL) <> ("until" IS NULL));
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_signed" CHECK ("state" IN ('none', 'requested', 'countered', 'declined')
  OR ("signedAt" IS NOT NULL AND "startsAt" IS NOT NULL AND "endsAt" IS NOT NULL));

-- What was signed stays as it was signed.
CREATE FUNCTION troupe_grant_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Licences are never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD."signedAt" IS NOT NULL AND ROW(NEW."channels", NEW."territories", NEW."days", NEW."until", NEW."exclusivity", NEW."edits", NEW."ai",
    NEW."likeness", NEW."feeMinor", NEW."termsId", NEW."signedAt", NEW."startsAt", NEW."endsAt", NEW."submissionId")
    IS DISTINCT FROM ROW(OLD."channels", OLD."territories", OLD."days", OLD."until", OLD."exclusivity", OLD."edits", OLD."ai",
    OLD."likeness", OLD."feeMinor", OLD."termsId", OLD."signedAt", OLD."startsAt", OLD."endsAt", OLD."submissionId") THEN
    RAISE EXCEPTION 'What a signed licence says is never edited' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Grant_kept" BEFORE UPDATE OR DELETE ON "Grant" FOR EACH ROW EXECUTE FUNCTION troupe_grant_kept();

CREATE TRIGGER "RightsTerms_append_only" BEFORE UPDATE OR DELETE ON "RightsTerms" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "RightsTerms_no_truncate" BEFORE TRUNCATE ON "RightsTerms" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "RightsEvent_append_only" BEFORE UPDATE OR DELETE ON "RightsEvent" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "RightsEvent_no_truncate" BEFORE TRUNCATE ON "RightsEvent" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

-- ---------------------------------------------------------------- tenants

ALTER TABLE "RightsTerms" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "RightsTerms" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "RightsTerms" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Grant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Grant" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Grant" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "RightsEvent" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "RightsEvent" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "RightsEvent" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Placement" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Placement" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Placement" USING ("programId" = current_setting('troupe.program', true));
