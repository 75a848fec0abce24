-- What is due in a space, in the order it was written: a hundred thousand posts are carried fifty at a time without sorting them each time.
CREATE INDEX "Outbox_due_idx" ON "Outbox" ("spaceId", seq) WHERE state = 'due';
