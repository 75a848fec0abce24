-- What had changes asked for may be turned down, and that be undone: what was asked, and by whom, stands beside it until then.
ALTER TABLE "Submission" ADD COLUMN "askedNote" TEXT, ADD COLUMN "askedBy" TEXT;
