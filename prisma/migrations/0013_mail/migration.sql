-- A link that went out by mail says what following it proves: that its reader has the address, and so what they were invited to.
ALTER TABLE "LoginLink" ADD COLUMN "offer" JSONB;
