-- Which key the rows are sealed with, as a hash of it: a process with another one is told so when it starts, not in the middle of work.
-- It is kept at the next start, by a key that opens what is here.
CREATE TABLE "KeyPrint" (
  "one" BOOLEAN NOT NULL DEFAULT true,
  "print" TEXT NOT NULL,
  CONSTRAINT "KeyPrint_pkey" PRIMARY KEY ("one"),
  CONSTRAINT "KeyPrint_one" CHECK ("one")
);
