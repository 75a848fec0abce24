-- The recap of a month comes by itself, news repeats by its schedule, direct messages are a choice, and early access has an end.

ALTER TABLE "Broadcast" ADD COLUMN "period" TEXT;
CREATE UNIQUE INDEX "Broadcast_programId_period_key" ON "Broadcast"("programId", "period");
ALTER TABLE "Reward" ADD COLUMN "accessDays" INTEGER;
ALTER TABLE "Redemption" ADD COLUMN "gift" TEXT, ADD COLUMN "endsAt" TIMESTAMPTZ(3);
CREATE INDEX "Redemption_programId_endsAt_idx" ON "Redemption"("programId", "endsAt");

-- ---------------------------------------------------------------- laws

ALTER TABLE "Membership" DROP CONSTRAINT "Membership_reach_check";
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_reach_check" CHECK ("reach" IN ('chat', 'dm', 'mail', 'off'));
ALTER TABLE "Message" DROP CONSTRAINT "Message_check";
ALTER TABLE "Message" ADD CONSTRAINT "Message_check" CHECK ("kind" IN ('digest', 'brief', 'nudge', 'news', 'recap')
  AND "state" IN ('planned', 'sent', 'skipped') AND ("state" = 'planned') = ("doneAt" IS NULL) AND ("state" <> 'skipped' OR "why" IS NOT NULL));
ALTER TABLE "Reward" ADD CONSTRAINT "Reward_access_check" CHECK ("accessDays" IS NULL OR ("kind" = 'early_access' AND "accessDays" > 0));
