-- Whom a person brought who then connected an older account was brought by that one: until now nobody got the share of their sales. Program
-- by program, for an owner that is held by row-level security sees no more than that, and creators need not be closed to others for it.
DO $$ DECLARE program text;
BEGIN
  FOR program IN SELECT id FROM "Program" LOOP
    PERFORM set_config('troupe.program', program, true);
    UPDATE "Creator" c SET "invitedBy" = m."mergedInto" FROM "Membership" m
      WHERE c."programId" = program AND m."programId" = program AND m."personId" = c."invitedBy" AND m."mergedInto" IS NOT NULL;
  END LOOP;
  PERFORM set_config('troupe.program', '', true);
END $$;
