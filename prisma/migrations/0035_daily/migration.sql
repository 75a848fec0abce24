-- What happened on days that are over is counted once and kept, so that figures of months are sums of days.
CREATE TABLE "Daily" (
    "programId" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "clicks" BIGINT NOT NULL DEFAULT 0,
    "orders" BIGINT NOT NULL DEFAULT 0,
    "approved" BIGINT NOT NULL DEFAULT 0,
    "byClick" BIGINT NOT NULL DEFAULT 0,
    "newCustomers" BIGINT NOT NULL DEFAULT 0,
    "gross" BIGINT NOT NULL DEFAULT 0,
    "net" BIGINT NOT NULL DEFAULT 0,
    "commission" BIGINT NOT NULL DEFAULT 0,
    "mirror" BIGINT NOT NULL DEFAULT 0,
    "discount" BIGINT NOT NULL DEFAULT 0,
    "fees" BIGINT NOT NULL DEFAULT 0,
    "customers" BIGINT NOT NULL DEFAULT 0,
    "spent" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Daily_pkey" PRIMARY KEY ("programId","part","way","day","key")
);

CREATE TABLE "DayDone" (
    "programId" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "law" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "fence" BIGINT,

    CONSTRAINT "DayDone_pkey" PRIMARY KEY ("programId","part","day")
);

CREATE TABLE "DayUndone" (
    "seq" BIGSERIAL NOT NULL,
    "programId" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "day" TEXT NOT NULL,

    CONSTRAINT "DayUndone_pkey" PRIMARY KEY ("seq")
);

CREATE INDEX "DayUndone_programId_part_day_idx" ON "DayUndone"("programId", "part", "day");
CREATE INDEX "DayDone_programId_until_idx" ON "DayDone"("programId", "until");

-- The orders that a click won, for when the click changes.
CREATE INDEX "Touch_won_click_idx" ON "Touch"("programId", "what") WHERE "won" AND "kind" = 'click';

-- ---------------------------------------------------------------- laws

ALTER TABLE "Daily" ADD CONSTRAINT "Daily_check" CHECK ("part" IN ('clicks', 'sales', 'booked', 'ltv') AND "way" IN ('all', 'creator', 'offer', 'piece'));
ALTER TABLE "DayDone" ADD CONSTRAINT "DayDone_check" CHECK ("part" IN ('clicks', 'sales', 'booked', 'ltv') AND "state" IN ('counting', 'done')
  AND "from" < "to" AND "to" <= "until" AND ("state" = 'counting' OR "fence" IS NOT NULL));

-- ---------------------------------------------------------------- days that are to be counted again

-- Whoever changes what a day is made of leaves a note here, in the same transaction; only ever added, so that nobody waits. What is
-- written of today finds no day that reaches so far, by one look into an index. An order and its line have one and the same time.

-- Days of these instants.
CREATE FUNCTION troupe_undo_days(parts text[], programs text[], instants timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM (SELECT DISTINCT * FROM unnest(programs, instants) AS u(program, at)) t
    JOIN "DayDone" d ON d."programId" = t.program AND d."until" > t.at AND d."from" <= t.at AND d."to" > t.at AND d."part" = ANY(parts);
END $$;

-- Days of all that these shoppers bought: what their first orders led to, and, where it may be another order that was their first, the
-- sales from an instant on. A shopper is known by a mail address or by the shop's number.
CREATE FUNCTION troupe_undo_shoppers(programs text[], emails text[], numbers text[], since timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM (
      SELECT l."programId", l."at", s.since FROM unnest(programs, emails, since) AS s(program, email, since)
        JOIN "Order" o ON o."programId" = s.program AND o."shopperEmail" = s.email JOIN "Line" l ON l."orderId" = o."id"
      UNION
      SELECT l."programId", l."at", s.since FROM unnest(programs, numbers, since) AS s(program, number, since)
        JOIN "Order" o ON o."programId" = s.program AND o."shopperId" = s.number JOIN "Line" l ON l."orderId" = o."id") t
    JOIN "DayDone" d ON d."programId" = t."programId" AND d."until" > t."at" AND d."from" <= t."at" AND d."to" > t."at"
      AND (d."part" = 'ltv' OR (d."part" = 'sales' AND t."at" >= t.since));
END $$;

CREATE FUNCTION troupe_undo_orders() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  own text[]; programs text[]; emails text[]; numbers text[]; since timestamptz[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM olds o JOIN "DayDone" d ON d."programId" = o."programId" AND d."until" > o."at") THEN RETURN NULL; END IF;
    SELECT array_agg("id"), array_agg("programId"), array_agg("shopperEmail"), array_agg("shopperId"), array_agg("at")
      INTO own, programs, emails, numbers, since FROM olds;
  ELSIF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT FROM news n JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at") THEN RETURN NULL; END IF;
    SELECT array_agg("programId"), array_agg("shopperEmail"), array_agg("shopperId"), array_agg("at")
      INTO programs, emails, numbers, since FROM news WHERE "kind" = 'order';
  ELSE
    IF NOT EXISTS (SELECT FROM news n JOIN olds o USING ("id") JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > least(n."at", o."at"))
      THEN RETURN NULL; END IF;
    SELECT array_agg(n."id") INTO own FROM news n JOIN olds o USING ("id")
      WHERE ROW(n."at", n."kind", n."base", n."components", n."cid", n."shopperEmail", n."shopperId", n."cancelledAt", n."lostAt", n."offerId")
        IS DISTINCT FROM ROW(o."at", o."kind", o."base", o."components", o."cid", o."shopperEmail", o."shopperId", o."cancelledAt", o."lostAt", o."offerId");
    WITH moved AS (SELECT n."id" FROM news n JOIN olds o USING ("id")
      WHERE ROW(n."at", n."kind", n."shopperEmail", n."shopperId") IS DISTINCT FROM ROW(o."at", o."kind", o."shopperEmail", o."shopperId"))
    SELECT array_agg("programId"), array_agg("shopperEmail"), array_agg("shopperId"), array_agg("at") INTO programs, emails, numbers, since
      FROM (SELECT * FROM news JOIN moved USING ("id") UNION ALL SELECT * FROM olds JOIN moved USING ("id")) both_sides;
  END IF;
  IF own IS NOT NULL THEN
    PERFORM troupe_undo_days('{sales,ltv}', array_agg("programId"), array_agg("at")) FROM "Line" WHERE "orderId" = ANY(own);
  END IF;
  IF programs IS NOT NULL THEN PERFORM troupe_undo_shoppers(programs, emails, numbers, since); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Order_undo_insert" AFTER INSERT ON "Order" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_orders();
CREATE TRIGGER "Order_undo_update" AFTER UPDATE ON "Order" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_orders();
CREATE TRIGGER "Order_undo_delete" AFTER DELETE ON "Order" REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_orders();

CREATE FUNCTION troupe_undo_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  own text[]; programs text[]; instants timestamptz[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg("orderId"), array_agg("programId"), array_agg("at") INTO own, programs, instants FROM olds;
  ELSIF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT FROM news n JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at") THEN RETURN NULL; END IF;
    SELECT array_agg("orderId"), array_agg("programId"), array_agg("at") INTO own, programs, instants FROM news;
  ELSE
    IF NOT EXISTS (SELECT FROM news n JOIN olds o USING ("id") JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > least(n."at", o."at"))
      THEN RETURN NULL; END IF;
    WITH changed AS (SELECT n."id" FROM news n JOIN olds o USING ("id")
      WHERE ROW(n."at", n."orderId", n."creatorId", n."base", n."minor", n."leftBase", n."leftMinor", n."mirror")
        IS DISTINCT FROM ROW(o."at", o."orderId", o."creatorId", o."base", o."minor", o."leftBase", o."leftMinor", o."mirror"))
    SELECT array_agg("orderId"), array_agg("programId"), array_agg("at") INTO own, programs, instants
      FROM (SELECT * FROM news JOIN changed USING ("id") UNION ALL SELECT * FROM olds JOIN changed USING ("id")) both_sides;
  END IF;
  IF own IS NULL THEN RETURN NULL; END IF;
  PERFORM troupe_undo_days('{sales,ltv}', programs, instants);
  -- What somebody spent is told of the day of their first order.
  PERFORM troupe_undo_shoppers(array_agg("programId"), array_agg("shopperEmail"), array_agg("shopperId"), array_agg('infinity'::timestamptz))
    FROM "Order" WHERE "id" = ANY(own);
  RETURN NULL;
END $$;
CREATE TRIGGER "Line_undo_insert" AFTER INSERT ON "Line" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_lines();
CREATE TRIGGER "Line_undo_update" AFTER UPDATE ON "Line" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_lines();
CREATE TRIGGER "Line_undo_delete" AFTER DELETE ON "Line" REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_lines();

-- The click that won an order says to which piece it belongs.
CREATE FUNCTION troupe_undo_touches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  own text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg("orderId") INTO own FROM olds WHERE "won" AND "kind" = 'click';
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg("orderId") INTO own FROM news WHERE "won" AND "kind" = 'click';
  ELSE
    WITH changed AS (SELECT n."id" FROM news n JOIN olds o USING ("id")
      WHERE ROW(n."orderId", n."won", n."kind", n."what") IS DISTINCT FROM ROW(o."orderId", o."won", o."kind", o."what"))
    SELECT array_agg("orderId") INTO own
      FROM (SELECT * FROM news JOIN changed USING ("id") UNION ALL SELECT * FROM olds JOIN changed USING ("id")) both_sides
      WHERE "won" AND "kind" = 'click';
  END IF;
  IF own IS NOT NULL THEN
    PERFORM troupe_undo_days('{sales,ltv}', array_agg("programId"), array_agg("at")) FROM "Line" WHERE "orderId" = ANY(own);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Touch_undo_insert" AFTER INSERT ON "Touch" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_touches();
CREATE TRIGGER "Touch_undo_update" AFTER UPDATE ON "Touch" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_touches();
CREATE TRIGGER "Touch_undo_delete" AFTER DELETE ON "Touch" REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_touches();

CREATE FUNCTION troupe_undo_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM news n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at" AND d."from" <= n."at" AND d."to" > n."at" AND d."part" = 'booked';
  RETURN NULL;
END $$;
CREATE TRIGGER "Transfer_undo" AFTER INSERT ON "Transfer" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_transfers();

-- Clicks come by the thousand, those of several programs in one statement. One that comes late may have won an order of any later day.
CREATE FUNCTION troupe_undo_new_clicks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT "programId", min("at") AS "at" FROM news GROUP BY 1) n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at") THEN RETURN NULL; END IF;
  PERFORM troupe_undo_days('{clicks}', array_agg("programId"), array_agg("at")) FROM news;
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT d."programId", d."part", d."day" FROM (SELECT "programId", min("at") AS "at" FROM news GROUP BY 1) n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."to" > n."at" AND d."part" IN ('sales', 'ltv');
  RETURN NULL;
END $$;
CREATE TRIGGER "Click_undo_insert" AFTER INSERT ON "Click" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_new_clicks();

CREATE FUNCTION troupe_undo_clicks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  won text[]; programs text[]; instants timestamptz[];
BEGIN
  WITH changed AS (SELECT n."id" FROM news n JOIN olds o USING ("id")
    WHERE ROW(n."linkId", n."at", n."referer", n."bot", n."uniqueInHour") IS DISTINCT FROM ROW(o."linkId", o."at", o."referer", o."bot", o."uniqueInHour"))
  SELECT array_agg("id"), array_agg("programId"), array_agg("at") INTO won, programs, instants
    FROM (SELECT * FROM news JOIN changed USING ("id") UNION ALL SELECT * FROM olds JOIN changed USING ("id")) both_sides;
  IF won IS NULL THEN RETURN NULL; END IF;
  PERFORM troupe_undo_days('{clicks}', programs, instants);
  PERFORM troupe_undo_days('{sales,ltv}', array_agg(l."programId"), array_agg(l."at"))
    FROM (SELECT DISTINCT * FROM unnest(programs, won) AS u(program, id)) u
    JOIN "Touch" t ON t."programId" = u.program AND t."what" = u.id AND t."won" AND t."kind" = 'click' JOIN "Line" l ON l."orderId" = t."orderId";
  RETURN NULL;
END $$;
CREATE TRIGGER "Click_undo_update" AFTER UPDATE ON "Click" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_clicks();

-- A link that is given to somebody else, or made for another piece, takes its clicks along, and the orders that they won.
CREATE FUNCTION troupe_undo_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM news n JOIN olds o USING ("id")
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."part" = 'clicks'
    WHERE ROW(n."creatorId", n."submissionId") IS DISTINCT FROM ROW(o."creatorId", o."submissionId")
      AND EXISTS (SELECT FROM "Click" c WHERE c."programId" = n."programId" AND c."linkId" = n."id" AND c."at" >= d."from" AND c."at" < d."to");
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM (
      SELECT n."programId", (SELECT min(c."at") FROM "Click" c WHERE c."programId" = n."programId" AND c."linkId" = n."id") AS "at"
      FROM news n JOIN olds o USING ("id") WHERE n."submissionId" IS DISTINCT FROM o."submissionId") t
    JOIN "DayDone" d ON d."programId" = t."programId" AND d."part" IN ('sales', 'ltv') AND d."to" > t."at";
  RETURN NULL;
END $$;
CREATE TRIGGER "Link_undo" AFTER UPDATE ON "Link" REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_undo_links();

-- ---------------------------------------------------------------- tenants

ALTER TABLE "Daily" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Daily" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Daily" USING ("programId" = current_setting('troupe.program', true));
ALTER TABLE "DayDone" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "DayDone" FORCE ROW LEVEL SECURITY;
ALTER TABLE "DayUndone" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "DayUndone" FORCE ROW LEVEL SECURITY;
-- As for clicks, which are stored for all programs at once.
CREATE POLICY tenant ON "DayUndone" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
CREATE POLICY tenant ON "DayDone" USING ("programId" = current_setting('troupe.program', true) OR current_setting('troupe.program', true) = '*');
