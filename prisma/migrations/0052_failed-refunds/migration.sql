-- A refund may fail after it was told: what it took is given again. And a sum so far may be that of one of several payments of an order.
ALTER TABLE "Refund" ADD COLUMN "payment" TEXT, ADD COLUMN "failedAt" TIMESTAMPTZ(3);

-- Sums of before are of the charge that their id begins with, program by program, for no row is seen without its program.
DO $$
DECLARE program TEXT;
BEGIN
  FOR program IN SELECT id FROM "Program" LOOP
    PERFORM set_config('troupe.program', program, true);
    UPDATE "Refund" SET "payment" = split_part("externalId", ':', 1)
      WHERE "programId" = program AND "source" ~ '^stripe(-[2-5])?$' AND "cumulative" AND "externalId" ~ '^[a-z]+_[A-Za-z0-9_]+:[0-9]+$';
  END LOOP;
  PERFORM set_config('troupe.program', '', true);
END $$;
