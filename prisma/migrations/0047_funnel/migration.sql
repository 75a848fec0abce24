-- How far orders got is kept by day as well: those that came by a click, and those of them whose hold is over. It is a part of its own, for
-- a day's orders ripen weeks later, one after the other, and what is kept of its sales is not to be counted again for each.
ALTER TABLE "Daily" ADD COLUMN "clicked" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "ripe" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "Daily" DROP CONSTRAINT "Daily_check";
ALTER TABLE "Daily" ADD CONSTRAINT "Daily_check" CHECK ("part" IN ('clicks', 'sales', 'funnel', 'booked', 'ltv') AND "way" IN ('all', 'creator', 'offer', 'piece'));
ALTER TABLE "DayDone" DROP CONSTRAINT "DayDone_check";
ALTER TABLE "DayDone" ADD CONSTRAINT "DayDone_check" CHECK ("part" IN ('clicks', 'sales', 'funnel', 'booked', 'ltv') AND "state" IN ('counting', 'done')
  AND "from" < "to" AND "to" <= "until" AND ("state" = 'counting' OR "fence" IS NOT NULL));

-- Days of these instants. How far orders got goes wherever sales go.
CREATE OR REPLACE FUNCTION troupe_undo_days(parts text[], programs text[], instants timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM (SELECT DISTINCT * FROM unnest(programs, instants) AS u(program, at)) t
    JOIN "DayDone" d ON d."programId" = t.program AND d."until" > t.at AND d."from" <= t.at AND d."to" > t.at
      AND (d."part" = ANY(parts) OR (d."part" = 'funnel' AND 'sales' = ANY(parts)));
END $$;

CREATE OR REPLACE FUNCTION troupe_undo_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  programs text[]; instants timestamptz[];
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM news n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at" AND d."from" <= n."at" AND d."to" > n."at" AND d."part" = 'booked';
  SELECT array_agg(l."programId"), array_agg(l."at") INTO programs, instants
    FROM news n JOIN "Line" l ON l."programId" = n."programId" AND l."id" = substr(n."key", 8) WHERE starts_with(n."key", 'mature:');
  IF programs IS NOT NULL THEN PERFORM troupe_undo_days('{funnel}', programs, instants); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION troupe_undo_new_clicks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT "programId", min("at") AS "at" FROM news GROUP BY 1) n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."until" > n."at") THEN RETURN NULL; END IF;
  PERFORM troupe_undo_days('{clicks}', array_agg("programId"), array_agg("at")) FROM news;
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT d."programId", d."part", d."day" FROM (SELECT "programId", min("at") AS "at" FROM news GROUP BY 1) n
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."to" > n."at" AND d."part" IN ('sales', 'funnel', 'ltv');
  RETURN NULL;
END $$;
