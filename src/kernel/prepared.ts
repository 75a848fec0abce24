/** A statement of a unit of work that begins with this is prepared once on each connection; its plan has to be good for whatever it is asked. */
export const PREPARED = '/* prepared */'
