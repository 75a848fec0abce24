/** A demo program with a year of life that ends now: the same people, sales and words at every start. */
import { atClock, foundProgram, publicUrl } from '../src/app.js';
import { days } from '../src/kernel/time.js';
import { changePolicy } from '../src/programs/policy.js';
import { chance } from './demo/chance.js';
import { visits } from './demo/clicks.js';
import { everyoneJoins } from './demo/joining.js';
import { sales } from './demo/shop.js';
import { nothingRefused, thread } from './demo/stage.js';
import { theYear } from './demo/year.js';
const SEED = 20_251;
/**
 * Founds the demo program and lives its year, through the same commands and services as people and shops do; only the clicks go
 * in by the thousand. Gives the program's id. The shop and the links stand on this Troupe's own address, which is kept with
 * them: started again with another PORT, they still lead to the old one.
 */
export async function seedDemo(app) {
    const end = app.clock();
    const begin = days(end, -365);
    const plan = { name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin', demo: true };
    const programId = await foundProgram(atClock(app, () => begin), plan);
    const stage = { app, programId, end };
    const founding = thread(stage, 'founding');
    founding.at(begin);
    const address = publicUrl(app.config);
    const allowedHosts = [...new Set(['localhost', '127.0.0.1', new URL(address).host])];
    await founding.within((ctx) => changePolicy(ctx, { shopUrl: `${address}/shop/${programId}`, allowedHosts }));
    let t = performance.now();
    const lap = (k) => { console.log(k, Math.round(performance.now() - t), JSON.stringify(process.cpuUsage())); t = performance.now(); };
    lap('x');
    const people = await everyoneJoins(stage);
    lap('join');
    const luck = chance(SEED);
    const sold = sales(luck, end);
    const cids = await visits(stage, luck, (creator) => people.get(creator.user).linkId, sold);
    lap('visits');
    await theYear(stage, sold, cids, people);
    lap('year');
    await nothingRefused(stage);
    return programId;
}
//# sourceMappingURL=seed.js.map