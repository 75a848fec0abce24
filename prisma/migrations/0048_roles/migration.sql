-- A role that a server calls otherwise by now is still the same one, so its id is kept with the space.
ALTER TABLE "Space" ADD COLUMN "roles" JSONB NOT NULL DEFAULT '{}';
