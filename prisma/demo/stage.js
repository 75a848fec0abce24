/** How the story is told: through the product's own doors and services, each act at its own time. */
import { atClock } from '../../src/app.js';
import { openWebDoor } from '../../src/http/doors.js';
import { plain } from '../../src/kernel/plain.js';
import { must } from '../../src/kernel/refusal.js';
import { dispatch } from '../../src/platforms/dispatch.js';
/** `name` is part of the ids of its calls, so no two threads share one. */
export function thread({ app, programId, end }, name) {
    let now = end;
    let calls = 0;
    const past = atClock(app, () => now);
    return {
        app: past,
        programId,
        end,
        at(when) {
            must(when <= end, `the story ends at ${end.toISOString()}, before ${when.toISOString()}`);
            now = when;
        },
        async ask({ user, name: userName }, run, given = {}) {
            const place = `${programId}:start-here`;
            const eventId = `demo-${programId}-${name}-${++calls}`;
            const call = { platform: 'web', workspace: programId, place, user, userName, eventId, run, given, by: 'slash' };
            const { card } = await dispatch(past, call);
            must(card.tone === 'plain' || card.tone === 'good', `/${run} as ${user} was refused: ${plain(card)}`);
            return card;
        },
        within: (work) => past.within(programId, work),
    };
}
/** Runs one of the jobs at the thread's time. */
export async function ring({ app }, job) {
    await app.jobs.get(job).run(app, {});
}
/** The last thread to run: carries what was said out to the chat, each post at the time when it was last changed. */
export function postman(stage) {
    const told = thread(stage, 'post');
    openWebDoor(told.app, false);
    return {
        async deliver(until) {
            for (const at of await dueTimes(told, until)) {
                told.at(at);
                await ring(told, 'deliver');
            }
        },
        close: told.app.close,
    };
}
async function dueTimes({ app, programId }, until) {
    const rows = await app.database.within(programId, (db) => db.outbox.findMany({
        where: { programId, state: 'due', notBefore: { lte: until } },
        select: { notBefore: true },
        distinct: ['notBefore'],
        orderBy: { notBefore: 'asc' },
    }));
    return rows.map((row) => row.notBefore);
}
//# sourceMappingURL=stage.js.map