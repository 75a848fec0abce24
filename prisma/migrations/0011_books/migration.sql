-- The books answer for themselves: balances kept beside the transfers, months that close, statements with unbroken numbers.

-- CreateTable
CREATE TABLE "Balance" (
    "programId" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "minor" BIGINT NOT NULL,

    CONSTRAINT "Balance_pkey" PRIMARY KEY ("programId","account","currency")
);

-- CreateTable
CREATE TABLE "Close" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "month" CHAR(7) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "personId" TEXT NOT NULL,
    "balances" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Close_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Statement" (
    "id" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT NOT NULL,
    "month" CHAR(7) NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "openingMinor" BIGINT NOT NULL,
    "closingMinor" BIGINT NOT NULL,
    "year" INTEGER,
    "number" INTEGER,
    "pdfId" TEXT NOT NULL,
    "csvId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Statement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StatementNumber" (
    "programId" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "StatementNumber_pkey" PRIMARY KEY ("programId","year")
);

-- CreateTable
CREATE TABLE "Paper" (
    "fileId" TEXT NOT NULL,
    "programId" TEXT NOT NULL,
    "creatorId" TEXT,
    "what" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Paper_pkey" PRIMARY KEY ("fileId")
);

CREATE UNIQUE INDEX "Close_programId_month_key" ON "Close"("programId", "month");
CREATE INDEX "Close_programId_until_idx" ON "Close"("programId", "until");
CREATE UNIQUE INDEX "Statement_programId_creatorId_month_key" ON "Statement"("programId", "creatorId", "month");
CREATE UNIQUE INDEX "Statement_programId_year_number_key" ON "Statement"("programId", "year", "number");

ALTER TABLE "Statement" ADD CONSTRAINT "Statement_numbered" CHECK (("year" IS NULL) = ("number" IS NULL) AND coalesce("number", 1) > 0);

-- What was closed or given out is never edited.
CREATE TRIGGER "Close_append_only" BEFORE UPDATE OR DELETE ON "Close" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Close_no_truncate" BEFORE TRUNCATE ON "Close" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Statement_append_only" BEFORE UPDATE OR DELETE ON "Statement" FOR EACH ROW EXECUTE FUNCTION troupe_append_only();
CREATE TRIGGER "Statement_no_truncate" BEFORE TRUNCATE ON "Statement" FOR EACH STATEMENT EXECUTE FUNCTION troupe_append_only();

-- What was booked before balances were kept. An owner without special rights would see none of it.
ALTER TABLE "Transfer" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "Balance" ("programId", "account", "currency", "minor")
SELECT m."programId", m.account, m.currency, sum(m.minor)::bigint FROM (
    SELECT "programId", "to" AS account, "currency", "minor" FROM "Transfer"
    UNION ALL SELECT "programId", "from", "currency", -"minor" FROM "Transfer") m
WHERE m.account LIKE 'creator:%'
GROUP BY 1, 2, 3;
ALTER TABLE "Transfer" FORCE ROW LEVEL SECURITY;

-- Each statement that books transfers also moves the balances of the creators in it, in the same transaction. One sorted statement, so
-- that two that book for the same creators wait for each other instead of locking each other out. The program's own accounts are in
-- every transfer: a row for each would let only one transaction book at a time, so those are added up when someone asks.
-- A closed month takes nothing more.
CREATE FUNCTION troupe_transfers_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM booked b JOIN "Close" c ON c."programId" = b."programId" AND c."until" > b."at") THEN
    RAISE EXCEPTION 'Transfer refused: its month is closed' USING ERRCODE = 'TR001';
  END IF;
  INSERT INTO "Balance" ("programId", "account", "currency", "minor")
  SELECT m."programId", m.account, m.currency, sum(m.minor)::bigint FROM (
      SELECT "programId", "to" AS account, "currency", "minor" FROM booked
      UNION ALL SELECT "programId", "from", "currency", -"minor" FROM booked) m
  WHERE m.account LIKE 'creator:%'
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT ("programId", "account", "currency") DO UPDATE SET "minor" = "Balance"."minor" + EXCLUDED."minor";
  RETURN NULL;
END $$;
CREATE TRIGGER "Transfer_booked" AFTER INSERT ON "Transfer" REFERENCING NEW TABLE AS booked
  FOR EACH STATEMENT EXECUTE FUNCTION troupe_transfers_booked();

-- Only that trigger writes balances: by itself any other statement is one trigger deep, not two.
CREATE FUNCTION troupe_balance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'Balance follows the transfers: % refused', TG_OP USING ERRCODE = 'TR002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Balance_follows" BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Balance" FOR EACH STATEMENT EXECUTE FUNCTION troupe_balance_follows();

ALTER TABLE "Balance" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Balance" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Balance" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Close" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Close" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Close" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Statement" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Statement" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Statement" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "StatementNumber" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "StatementNumber" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "StatementNumber" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "Paper" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Paper" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Paper" USING ("programId" = current_setting('troupe.program', true));
