/** Mulberry32: 32 bits of state are plenty for a story. */
export function chance(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const weighed = (list, weight) => {
        let left = next() * list.reduce((sum, one) => sum + weight(one), 0);
        return list.find((one) => (left -= weight(one)) < 0) ?? list.at(-1);
    };
    return {
        next,
        whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
        pick: (list) => list[Math.floor(next() * list.length)],
        weighed,
    };
}
//# sourceMappingURL=chance.js.map