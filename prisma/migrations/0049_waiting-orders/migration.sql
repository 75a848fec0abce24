-- Orders that wait for a rate, a click or a partner's name are looked for each minute: few among millions, which were all read.
CREATE INDEX "Order_waiting_idx" ON "Order" ("programId") WHERE "rule" IN ('currency', 'click missing', 'unknown partner');
