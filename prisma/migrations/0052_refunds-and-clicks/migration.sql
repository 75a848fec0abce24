-- What shops told of before is kept as it is told now.
-- Click ids of before that are none of ours: other tools' marks, or a shop's own word for its customer, which is nothing to keep.
DO $$
DECLARE program TEXT;
BEGIN
  FOR program IN SELECT id FROM "Program" LOOP
    PERFORM set_config('troupe.program', program, true);
    UPDATE "Order" SET "cid" = NULL WHERE "programId" = program AND NOT starts_with("cid", 'clk_');
    UPDATE "Inbox" SET "facts" = (
      SELECT jsonb_agg(CASE WHEN starts_with(f->>'cid', 'clk_') THEN f ELSE f - 'cid' END ORDER BY n)
      FROM jsonb_array_elements("facts") WITH ORDINALITY AS told(f, n))
    WHERE "programId" = program AND jsonb_typeof("facts") = 'array' AND "facts" @? '$[*].cid ? (!(@ starts with "clk_"))';
  END LOOP;
  PERFORM set_config('troupe.program', '', true);
END $$;

-- A refund may fail after it was told: what it took is given again. And a sum so far may be that of one of several payments of an order.
-- It comes last, for nobody reads refunds from here to the end.
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
