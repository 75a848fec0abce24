-- A link that is made for another piece takes the orders along that its clicks won, whenever they were: by the clock of its shop an order
-- may come some minutes before its click, and so lie on the day before.
CREATE OR REPLACE FUNCTION troupe_undo_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "DayUndone" ("programId", "part", "day")
    SELECT DISTINCT d."programId", d."part", d."day" FROM news n JOIN olds o USING ("id")
    JOIN "DayDone" d ON d."programId" = n."programId" AND d."part" = 'clicks'
    WHERE ROW(n."creatorId", n."submissionId") IS DISTINCT FROM ROW(o."creatorId", o."submissionId")
      AND EXISTS (SELECT FROM "Click" c WHERE c."programId" = n."programId" AND c."linkId" = n."id" AND c."at" >= d."from" AND c."at" < d."to");
  PERFORM troupe_undo_days('{sales,ltv}', array_agg(l."programId"), array_agg(l."at"))
    FROM news n JOIN olds o USING ("id") JOIN "Click" c ON c."programId" = n."programId" AND c."linkId" = n."id"
    JOIN "Touch" t ON t."programId" = n."programId" AND t."what" = c."id" AND t."won" AND t."kind" = 'click'
    JOIN "Line" l ON l."orderId" = t."orderId"
    WHERE n."submissionId" IS DISTINCT FROM o."submissionId";
  RETURN NULL;
END $$;
