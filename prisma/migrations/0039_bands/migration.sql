-- How many stand above a place is added up by bands of values, 256 to each doubling, and only the place's own band is counted.
-- Those who do not pass row-level security see the rows that are there only while it is not forced; and while this holds the table, no
-- process that still runs adds a row that neither the triggers nor the first count would see.
ALTER TABLE "Tally" NO FORCE ROW LEVEL SECURITY;

CREATE TABLE "TallyBand" (
    "programId" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "band" INTEGER NOT NULL,
    "ranked" INTEGER NOT NULL,

    CONSTRAINT "TallyBand_pkey" PRIMARY KEY ("programId","period","metric","band")
);

-- The place of the highest bit, and the eight bits behind it. A higher value is never in a lower band. Without a FROM, so that it becomes
-- part of the statement that calls it.
CREATE FUNCTION troupe_band(value bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((64 - position(B'1' IN value::bit(64))) * 256 + CASE WHEN value >= 256 THEN value >> (56 - position(B'1' IN value::bit(64)))
    ELSE value << (position(B'1' IN value::bit(64)) - 56) END)::integer
$$;

-- The highest value of a band.
CREATE FUNCTION troupe_band_top(band integer) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN e >= 8 THEN (m << (e - 8)) + ((1::bigint << (e - 8)) - 1) ELSE m >> (8 - e) END
  FROM (SELECT (band >> 8) - 1 AS e, (256 + (band & 255))::bigint AS m) parts
$$;

INSERT INTO "TallyBand" ("programId", "period", "metric", "band", "ranked")
  SELECT "programId", "period", "metric", troupe_band("value"), count(*) FROM "Tally" GROUP BY 1, 2, 3, 4;

-- Planned each time, for a plan made while the tables are empty would read all of them later.
CREATE FUNCTION troupe_band_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'INSERT INTO "TallyBand" AS kept ("programId", "period", "metric", "band", "ranked")
    SELECT "programId", "period", "metric", troupe_band("value"), count(*) FROM news GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT ("programId", "period", "metric", "band") DO UPDATE SET "ranked" = kept."ranked" + excluded."ranked"';
  RETURN NULL;
END $$;
CREATE TRIGGER "Tally_band_insert" AFTER INSERT ON "Tally" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_band_more();

-- In the order in which they are added to, so that two never wait for each other.
CREATE FUNCTION troupe_band_less() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM olds) THEN RETURN NULL; END IF;
  EXECUTE 'INSERT INTO "TallyBand" AS kept ("programId", "period", "metric", "band", "ranked")
    SELECT "programId", "period", "metric", troupe_band("value"), -count(*) FROM olds GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT ("programId", "period", "metric", "band") DO UPDATE SET "ranked" = kept."ranked" + excluded."ranked"';
  EXECUTE 'DELETE FROM "TallyBand" AS kept USING (SELECT DISTINCT "programId", "period", "metric", troupe_band("value") AS band FROM olds) gone
    WHERE kept."programId" = gone."programId" AND kept."period" = gone."period" AND kept."metric" = gone."metric" AND kept."band" = gone.band
      AND kept."ranked" = 0';
  RETURN NULL;
END $$;
CREATE TRIGGER "Tally_band_delete" AFTER DELETE ON "Tally" REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION troupe_band_less();
CREATE TRIGGER "Tally_band_update_more" AFTER UPDATE ON "Tally" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION troupe_band_more();
CREATE TRIGGER "Tally_band_update_less" AFTER UPDATE ON "Tally" REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION troupe_band_less();

ALTER TABLE "Tally" FORCE ROW LEVEL SECURITY;
ALTER TABLE "TallyBand" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TallyBand" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "TallyBand" USING ("programId" = current_setting('troupe.program', true));
