-- A statement of a function keeps its plan for as long as a connection lives: what was planned while the tables were small looks through
-- all of their rows later. EXECUTE plans it each time, for the rows that are there.
CREATE OR REPLACE FUNCTION troupe_stale_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'INSERT INTO "Stale" ("programId", "creatorId") SELECT DISTINCT l."programId", l."creatorId" FROM news n JOIN olds o USING ("id")
    JOIN "Line" l ON l."orderId" = n."id"
    WHERE n."cancelledAt" IS DISTINCT FROM o."cancelledAt" OR n."lostAt" IS DISTINCT FROM o."lostAt"';
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION troupe_stale_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'INSERT INTO "Stale" ("programId", "creatorId") SELECT DISTINCT l."programId", l."creatorId" FROM news n
    JOIN "Order" o ON o."programId" = n."programId" AND o."source" = n."source" AND o."externalId" = n."orderExternalId"
    JOIN "Line" l ON l."orderId" = o."id"';
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION troupe_stale_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'INSERT INTO "Stale" ("programId", "creatorId")
    SELECT DISTINCT l."programId", l."creatorId" FROM news n JOIN "Line" l ON l."id" = n."lineId"';
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION troupe_stale_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'INSERT INTO "Stale" ("programId", "creatorId")
    SELECT DISTINCT s."programId", s."creatorId" FROM news n JOIN "Submission" s ON s."id" = n."submissionId"';
  RETURN NULL;
END $$;
