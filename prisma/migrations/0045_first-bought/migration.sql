-- An order is its shopper's first when they bought nothing before: what was never paid, cancelled, lost to their bank or a test is no
-- purchase. So whatever makes an order one, or none, changes the days of what the shopper bought later.
CREATE OR REPLACE FUNCTION troupe_undo_orders() RETURNS trigger LANGUAGE plpgsql AS $$
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
      WHERE ROW(n."at", n."kind", n."base", n."components", n."cid", n."shopperEmail", n."shopperId", n."cancelledAt", n."lostAt", n."paidAt", n."test", n."exchange", n."offerId")
        IS DISTINCT FROM ROW(o."at", o."kind", o."base", o."components", o."cid", o."shopperEmail", o."shopperId", o."cancelledAt", o."lostAt", o."paidAt", o."test", o."exchange", o."offerId");
    WITH moved AS (SELECT n."id" FROM news n JOIN olds o USING ("id")
      WHERE ROW(n."at", n."kind", n."shopperEmail", n."shopperId", n."test", n."paidAt" IS NULL, n."cancelledAt" IS NULL, n."lostAt" IS NULL)
        IS DISTINCT FROM ROW(o."at", o."kind", o."shopperEmail", o."shopperId", o."test", o."paidAt" IS NULL, o."cancelledAt" IS NULL, o."lostAt" IS NULL))
    SELECT array_agg("programId"), array_agg("shopperEmail"), array_agg("shopperId"), array_agg("at") INTO programs, emails, numbers, since
      FROM (SELECT * FROM news JOIN moved USING ("id") UNION ALL SELECT * FROM olds JOIN moved USING ("id")) both_sides;
  END IF;
  IF own IS NOT NULL THEN
    PERFORM troupe_undo_days('{sales,ltv}', array_agg("programId"), array_agg("at")) FROM "Line" WHERE "orderId" = ANY(own);
  END IF;
  IF programs IS NOT NULL THEN PERFORM troupe_undo_shoppers(programs, emails, numbers, since); END IF;
  RETURN NULL;
END $$;

-- What an upheld case took is not left of a line either. One program at a time, for row-level security may hold the owner.
DO $$
DECLARE
  ids text[]; program text;
BEGIN
  PERFORM set_config('troupe.program', '*', true);
  SELECT array_agg("id") INTO ids FROM "Program";
  FOREACH program IN ARRAY coalesce(ids, '{}') LOOP
    PERFORM set_config('troupe.program', program, true);
    UPDATE "Line" l SET "leftMinor" = 0 FROM "CaseLine" k WHERE l."programId" = program AND NOT l."mirror"
      AND k."programId" = program AND k."lineId" = l."id" AND k."outcome" = 'forfeited' AND coalesce(l."leftMinor", l."minor") > 0
      AND NOT EXISTS (SELECT FROM "CaseLine" r WHERE r."programId" = program AND r."lineId" = l."id" AND r."outcome" = 'restored');
  END LOOP;
  PERFORM set_config('troupe.program', '', true);
END $$;
