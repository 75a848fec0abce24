-- Everything the first house stands on: tables, laws, tenants.

-- CreateTable
CREATE TABLE "Program" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "currency" CHAR(3) NOT NULL,
    "zone" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "policy" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Program_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TermsVersion" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "summary" JSONB NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TermsVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Space" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "workspace" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Space_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "spaceId" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Connection" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "secrets" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Schedule" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "rhythm" JSONB NOT NULL,
    "zone" TEXT NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3),
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Identity" (
    "id" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "workspace" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "finance" BOOLEAN NOT NULL DEFAULT false,
    "zone" TEXT,
    "locale" TEXT,
    "quietFrom" TEXT,
    "quietTo" TEXT,
    "door" TEXT NOT NULL DEFAULT 'web',
    "alerts" TEXT NOT NULL DEFAULT 'sales',
    "pausedUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LoginLink" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "spentAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LoginLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Transfer" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "key" TEXT NOT NULL,
    "because" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Hold" (
    "line" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "availableAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Hold_pkey" PRIMARY KEY ("line")
);

-- CreateTable
CREATE TABLE "Creator" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "niche" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL,
    "email" TEXT NOT NULL,
    "adultAt" TIMESTAMPTZ(3),
    "shown" TEXT NOT NULL DEFAULT 'name',
    "alias" TEXT,
    "rateBps" INTEGER,
    "appliedAt" TIMESTAMPTZ(3) NOT NULL,
    "termsAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "decidedBy" TEXT,
    "declineReason" TEXT,
    "declineNote" TEXT,
    "againAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Creator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Acceptance" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "termsId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Acceptance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Link" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Code" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "percent" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Click" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "linkId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ip" TEXT,
    "userAgent" TEXT,
    "referer" TEXT,
    "visitor" TEXT NOT NULL,
    "country" TEXT,
    "bot" BOOLEAN NOT NULL DEFAULT false,
    "uniqueInHour" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "Click_pkey" PRIMARY KEY ("id","at")
) PARTITION BY RANGE ("at");

-- Clicks whose month has no partition yet; journal shipping makes months ahead.
CREATE TABLE "Click_default" PARTITION OF "Click" DEFAULT;

-- CreateTable
CREATE TABLE "JournalOffset" (
    "instance" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,

    CONSTRAINT "JournalOffset_pkey" PRIMARY KEY ("instance","file")
);

-- CreateTable
CREATE TABLE "Order" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "base" BIGINT NOT NULL,
    "components" JSONB NOT NULL,
    "codes" JSONB NOT NULL,
    "cid" TEXT,
    "shopperId" TEXT,
    "shopperEmail" TEXT,
    "test" BOOLEAN NOT NULL DEFAULT false,
    "paidAt" TIMESTAMPTZ(3),
    "cancelledAt" TIMESTAMPTZ(3),
    "creatorId" TEXT,
    "rule" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Touch" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "won" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "Touch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Line" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "base" BIGINT NOT NULL,
    "rateBps" INTEGER NOT NULL,
    "minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "because" JSONB NOT NULL,

    CONSTRAINT "Line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Refund" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "orderExternalId" TEXT NOT NULL,
    "base" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "appliedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OpenFact" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "orderExternalId" TEXT NOT NULL,
    "fact" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OpenFact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Mission" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "brief" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "feeMinor" BIGINT NOT NULL,
    "budgetMinor" BIGINT NOT NULL,
    "spentMinor" BIGINT NOT NULL DEFAULT 0,
    "opensAt" TIMESTAMPTZ(3) NOT NULL,
    "closesAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Mission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "File" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "File_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Submission" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "missionId" TEXT,
    "state" TEXT NOT NULL,
    "url" TEXT,
    "fileId" TEXT,
    "caption" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "feeMinor" BIGINT NOT NULL DEFAULT 0,
    "submittedAt" TIMESTAMPTZ(3) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedBy" TEXT,
    "reason" TEXT,
    "note" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Submission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Revision" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "submissionId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "url" TEXT,
    "fileId" TEXT,
    "caption" TEXT NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Season" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "frozenAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Season_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Standing" (
    "seasonId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "value" BIGINT NOT NULL,
    "orders" INTEGER NOT NULL,
    "reachedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Standing_pkey" PRIMARY KEY ("seasonId","creatorId")
);

-- CreateTable
CREATE TABLE "Badge" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Badge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Inbox" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "body" BYTEA,
    "facts" JSONB,
    "answer" JSONB,
    "error" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Outbox" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "notBefore" TIMESTAMPTZ(3) NOT NULL,
    "leasedTo" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Posted" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "outboxId" TEXT NOT NULL,
    "channelId" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "editedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Posted_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Audit" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "personId" TEXT,
    "run" TEXT NOT NULL,
    "given" JSONB NOT NULL,
    "outcome" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Draft" (
    "programId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Draft_pkey" PRIMARY KEY ("programId","personId","run")
);

-- CreateTable
CREATE TABLE "Tick" (
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Tick_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "WebMessage" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "author" TEXT,
    "visibleTo" TEXT,
    "card" JSONB NOT NULL,
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "editedAt" TIMESTAMPTZ(3),

    CONSTRAINT "WebMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebRead" (
    "programId" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WebRead_pkey" PRIMARY KEY ("place","personId")
);

-- CreateIndex
CREATE UNIQUE INDEX "TermsVersion_programId_version_key" ON "TermsVersion"("programId", "version");

-- CreateIndex
CREATE INDEX "Space_programId_idx" ON "Space"("programId");

-- CreateIndex
CREATE UNIQUE INDEX "Space_platform_workspace_key" ON "Space"("platform", "workspace");

-- CreateIndex
CREATE INDEX "Channel_programId_audience_idx" ON "Channel"("programId", "audience");

-- CreateIndex
CREATE UNIQUE INDEX "Channel_spaceId_audience_key" ON "Channel"("spaceId", "audience");

-- CreateIndex
CREATE UNIQUE INDEX "Channel_spaceId_externalId_key" ON "Channel"("spaceId", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "Connection_programId_source_key" ON "Connection"("programId", "source");

-- CreateIndex
CREATE INDEX "Schedule_nextAt_idx" ON "Schedule"("nextAt");

-- CreateIndex
CREATE UNIQUE INDEX "Schedule_programId_name_key" ON "Schedule"("programId", "name");

-- CreateIndex
CREATE INDEX "Identity_personId_idx" ON "Identity"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Identity_platform_workspace_externalId_key" ON "Identity"("platform", "workspace", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_programId_personId_key" ON "Membership"("programId", "personId");

-- CreateIndex
CREATE UNIQUE INDEX "LoginLink_tokenHash_key" ON "LoginLink"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "Session_tokenHash_key" ON "Session"("tokenHash");

-- CreateIndex
CREATE INDEX "Transfer_programId_from_at_idx" ON "Transfer"("programId", "from", "at");

-- CreateIndex
CREATE INDEX "Transfer_programId_to_at_idx" ON "Transfer"("programId", "to", "at");

-- CreateIndex
CREATE UNIQUE INDEX "Transfer_programId_key_key" ON "Transfer"("programId", "key");

-- CreateIndex
CREATE INDEX "Hold_programId_availableAt_idx" ON "Hold"("programId", "availableAt");

-- CreateIndex
CREATE INDEX "Creator_programId_state_appliedAt_idx" ON "Creator"("programId", "state", "appliedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Creator_programId_personId_key" ON "Creator"("programId", "personId");

-- CreateIndex
CREATE UNIQUE INDEX "Acceptance_programId_personId_termsId_key" ON "Acceptance"("programId", "personId", "termsId");

-- CreateIndex
CREATE UNIQUE INDEX "Link_slug_key" ON "Link"("slug");

-- CreateIndex
CREATE INDEX "Link_programId_creatorId_idx" ON "Link"("programId", "creatorId");

-- CreateIndex
CREATE INDEX "Code_programId_creatorId_idx" ON "Code"("programId", "creatorId");

-- CreateIndex
CREATE INDEX "Code_programId_code_idx" ON "Code"("programId", "code");

-- CreateIndex
CREATE INDEX "Click_programId_linkId_at_idx" ON "Click"("programId", "linkId", "at");

-- CreateIndex
CREATE INDEX "Click_linkId_visitor_at_idx" ON "Click"("linkId", "visitor", "at");

-- CreateIndex
CREATE INDEX "Order_programId_creatorId_at_idx" ON "Order"("programId", "creatorId", "at");

-- CreateIndex
CREATE INDEX "Order_programId_shopperEmail_idx" ON "Order"("programId", "shopperEmail");

-- CreateIndex
CREATE INDEX "Order_programId_shopperId_idx" ON "Order"("programId", "shopperId");

-- CreateIndex
CREATE INDEX "Order_programId_number_idx" ON "Order"("programId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Order_programId_source_externalId_key" ON "Order"("programId", "source", "externalId");

-- CreateIndex
CREATE INDEX "Touch_programId_orderId_idx" ON "Touch"("programId", "orderId");

-- CreateIndex
CREATE UNIQUE INDEX "Line_orderId_key" ON "Line"("orderId");

-- CreateIndex
CREATE INDEX "Line_programId_creatorId_at_idx" ON "Line"("programId", "creatorId", "at");

-- CreateIndex
CREATE INDEX "Refund_programId_source_orderExternalId_idx" ON "Refund"("programId", "source", "orderExternalId");

-- CreateIndex
CREATE UNIQUE INDEX "Refund_programId_source_externalId_key" ON "Refund"("programId", "source", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "OpenFact_programId_source_orderExternalId_id_key" ON "OpenFact"("programId", "source", "orderExternalId", "id");

-- CreateIndex
CREATE INDEX "Mission_programId_state_idx" ON "Mission"("programId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "File_programId_sha256_key" ON "File"("programId", "sha256");

-- CreateIndex
CREATE INDEX "Submission_programId_state_submittedAt_idx" ON "Submission"("programId", "state", "submittedAt");

-- CreateIndex
CREATE INDEX "Submission_programId_creatorId_submittedAt_idx" ON "Submission"("programId", "creatorId", "submittedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Revision_submissionId_number_key" ON "Revision"("submissionId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Season_programId_period_metric_key" ON "Season"("programId", "period", "metric");

-- CreateIndex
CREATE INDEX "Standing_programId_creatorId_idx" ON "Standing"("programId", "creatorId");

-- CreateIndex
CREATE UNIQUE INDEX "Badge_programId_creatorId_kind_key" ON "Badge"("programId", "creatorId", "kind");

-- CreateIndex
CREATE INDEX "Inbox_state_receivedAt_idx" ON "Inbox"("state", "receivedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Inbox_programId_source_externalId_key" ON "Inbox"("programId", "source", "externalId");

-- CreateIndex
CREATE INDEX "Outbox_state_notBefore_idx" ON "Outbox"("state", "notBefore");

-- CreateIndex
CREATE UNIQUE INDEX "Outbox_programId_kind_audience_key_key" ON "Outbox"("programId", "kind", "audience", "key");

-- CreateIndex
CREATE UNIQUE INDEX "Posted_outboxId_channelId_key" ON "Posted"("outboxId", "channelId");

-- CreateIndex
CREATE INDEX "Audit_programId_at_idx" ON "Audit"("programId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "WebMessage_nonce_key" ON "WebMessage"("nonce");

-- CreateIndex
CREATE INDEX "WebMessage_programId_place_createdAt_idx" ON "WebMessage"("programId", "place", "createdAt");

-- ---------------------------------------------------------------- laws
-- What the code promises, the database refuses to break.

ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_minor_positive" CHECK ("minor" > 0);
ALTER TABLE "Transfer" ADD CONSTRAINT "Transfer_moves" CHECK ("from" <> "to");
ALTER TABLE "Line" ADD CONSTRAINT "Line_minor_check" CHECK ("minor" >= 0 AND "rateBps" BETWEEN 0 AND 10000);
ALTER TABLE "Refund" ADD CONSTRAINT "Refund_base_check" CHECK ("base" >= 0);
ALTER TABLE "Mission" ADD CONSTRAINT "Mission_budget_check" CHECK ("spentMinor" BETWEEN 0 AND "budgetMinor" AND "feeMinor" >= 0);
ALTER TABLE "Code" ADD CONSTRAINT "Code_percent_check" CHECK ("percent" BETWEEN 1 AND 90);
ALTER TABLE "Creator" ADD CONSTRAINT "Creator_state_check" CHECK ("state" IN ('applied', 'approved', 'declined', 'paused', 'banned', 'left'));
ALTER TABLE "Creator" ADD CONSTRAINT "Creator_shown_check" CHECK ("shown" IN ('name', 'alias', 'hidden'));
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_state_check" CHECK ("state" IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn'));
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_role_check" CHECK ("role" IN ('anyone', 'creator', 'manager', 'admin'));

-- One active owner per code: a shopper's code always names exactly one creator.
CREATE UNIQUE INDEX "Code_active_key" ON "Code" ("programId", upper("code")) WHERE "state" = 'active';

-- Money and proofs are only ever added.
CREATE FUNCTION troupe_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "Transfer_append_only" BEFORE UPDATE OR DELETE ON "Transfer" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Transfer_no_truncate" BEFORE TRUNCATE ON "Transfer" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Audit_append_only" BEFORE UPDATE OR DELETE ON "Audit" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Audit_no_truncate" BEFORE TRUNCATE ON "Audit" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Acceptance_append_only" BEFORE UPDATE OR DELETE ON "Acceptance" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Acceptance_no_truncate" BEFORE TRUNCATE ON "Acceptance" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "TermsVersion_append_only" BEFORE UPDATE OR DELETE ON "TermsVersion" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "TermsVersion_no_truncate" BEFORE TRUNCATE ON "TermsVersion" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Revision_append_only" BEFORE UPDATE OR DELETE ON "Revision" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Revision_no_truncate" BEFORE TRUNCATE ON "Revision" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

-- Redirects answer from memory; a changed link tells every web process at once.
CREATE FUNCTION troupe_link_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('troupe_links', NEW."slug");
  RETURN NEW;
END $$;
CREATE TRIGGER "Link_changed" AFTER INSERT OR UPDATE ON "Link" FOR EACH ROW EXECUTE FUNCTION troupe_link_changed();

-- ---------------------------------------------------------------- tenants
-- A row is seen only inside a unit of work of its own program (troupe.program is set first thing in the transaction).
-- Links, clicks and spaces are also read across programs by the redirect, the click shipper and the hall's porter ('*').
ALTER TABLE "TermsVersion" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TermsVersion" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "TermsVersion" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Space" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Space" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Space" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
ALTER TABLE "Channel" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Channel" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Channel" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Connection" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Connection" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Connection" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Schedule" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Schedule" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Schedule" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Membership" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Membership" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Membership" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "LoginLink" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "LoginLink" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "LoginLink" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Session" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Session" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Session" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Transfer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Transfer" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Transfer" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Hold" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Hold" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Hold" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Creator" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Creator" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Creator" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Acceptance" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Acceptance" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Acceptance" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Link" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Link" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Link" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
ALTER TABLE "Code" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Code" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Code" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Click" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Click" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Click" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
ALTER TABLE "Order" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Order" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Order" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Touch" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Touch" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Touch" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Line" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Line" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Line" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Refund" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Refund" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Refund" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "OpenFact" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "OpenFact" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "OpenFact" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Mission" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Mission" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Mission" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "File" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "File" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "File" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Submission" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Submission" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Submission" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Revision" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Revision" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Revision" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Season" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Season" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Season" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Standing" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Standing" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Standing" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Badge" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Badge" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Badge" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Inbox" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Inbox" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Inbox" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Outbox" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Outbox" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Outbox" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Posted" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Posted" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Posted" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Audit" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Audit" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Audit" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Draft" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Draft" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Draft" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "WebMessage" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "WebMessage" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "WebMessage" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "WebRead" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "WebRead" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "WebRead" USING ("programId" = current_setting('troupe.program', true));
-- A partition is reached through its parent, whose policy keeps programs apart; by itself it is open to nobody.
ALTER TABLE "Click_default" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Click_default" FORCE ROW LEVEL SECURITY;
