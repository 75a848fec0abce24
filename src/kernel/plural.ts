/** "1 creator", "3 creators"; what follows the number may be more than a word: plural(n, 'case waits', 'cases wait'). */
export const plural = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`
